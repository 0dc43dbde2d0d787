import { SECOND } from "../kernel/time.ts";

/** How often a room notes that it lives: what is known of those whom its death cuts off. */
export const PULSE_MS = 30 * SECOND;
/** Whoever a death of the room cut off and is back within this was there all the while. */
export const BRIDGE_MS = PULSE_MS + 60 * SECOND;
/** How long joins and leaves are gathered before D1 is told. */
export const WRITE_AFTER_MS = SECOND;
/** Learners in one command. */
export const ATTENDANCE_BATCH = 200;

/** From one moment to another, in epoch milliseconds; null where it goes on. */
export type Stay = { since: number; until: number | null };
/** When the session was live; null where it has not begun, or not ended. */
export type Live = { startedAt: number | null; endedAt: number | null };

export type Attendance = {
  learnerId: string;
  firstJoinedAt: number;
  lastLeftAt: number | null;
  secondsPresent: number;
  joins: number;
};

/**
 * What a learner's stays come to: the union of what lies within the session, in whole seconds.
 * Nothing before it begins or for who was gone by then.
 */
export function attendanceOf(
  learnerId: string,
  stays: readonly Stay[],
  { startedAt, endedAt, now }: Live & { now: number },
): Attendance | undefined {
  if (startedAt === null) return undefined;
  const over = endedAt ?? Number.POSITIVE_INFINITY;
  const within = stays
    .map(({ since, until }) => ({
      since: Math.max(since, startedAt),
      until: Math.min(until ?? Number.POSITIVE_INFINITY, over),
    }))
    .filter(({ since, until }) => since <= until && since < over);
  const merged = union(within);
  const [first] = merged;
  const last = merged.at(-1);
  if (!first || !last) return undefined;
  const milliseconds = merged.reduce(
    (sum, { since, until }) => sum + Math.max(0, Math.min(until, now) - since),
    0,
  );
  return {
    learnerId,
    firstJoinedAt: first.since,
    lastLeftAt: Number.isFinite(last.until) ? last.until : null,
    secondsPresent: Math.round(milliseconds / SECOND),
    joins: merged.length,
  };
}

type Span = { since: number; until: number };

function union(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.since - b.since)) {
    const last = merged.at(-1);
    if (last && span.since <= last.until) {
      merged[merged.length - 1] = { since: last.since, until: Math.max(last.until, span.until) };
    } else merged.push(span);
  }
  return merged;
}
