export type Interval = [fromSec: number, toSec: number];

const INTERVALS_MAX = 500;

/** The union of what was watched before and now, in order and without overlap. */
export function mergeIntervals(before: readonly Interval[], more: readonly Interval[]): Interval[] {
  const sorted = [...before, ...more]
    .filter(([from, to]) => to > from)
    .toSorted((a, b) => a[0] - b[0]);
  const merged: Interval[] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  while (merged.length > INTERVALS_MAX) closeNarrowestGap(merged);
  return merged;
}

/** Keeps the row small: the shortest stretch that was skipped is given away. */
function closeNarrowestGap(intervals: Interval[]): void {
  let narrowest = 1;
  const gapBefore = (at: number) => (intervals[at]?.[0] ?? 0) - (intervals[at - 1]?.[1] ?? 0);
  for (let at = 2; at < intervals.length; at++) {
    if (gapBefore(at) < gapBefore(narrowest)) narrowest = at;
  }
  const [from] = intervals[narrowest - 1] ?? [0];
  const [, to] = intervals[narrowest] ?? [0, 0];
  intervals.splice(narrowest - 1, 2, [from, to]);
}

/** How many seconds of a video the intervals cover. */
export const secondsWatched = (intervals: readonly Interval[], durationSec: number): number =>
  mergeIntervals(intervals, []).reduce(
    (sum, [from, to]) => sum + Math.max(0, Math.min(to, durationSec) - Math.max(0, from)),
    0,
  );
