import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Interval, mergeIntervals, secondsWatched } from "../../src/learning/watched.ts";

const interval = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 40 }))
  .map(([from, length]): Interval => [from, from + length]);
const played = fc.array(interval, { maxLength: 60 });

/** The seconds that were on screen, one by one. */
const seconds = (intervals: readonly Interval[]): number[] => {
  const seen = new Set<number>();
  for (const [from, to] of intervals) for (let at = from; at < to; at++) seen.add(at);
  return [...seen].toSorted((a, b) => a - b);
};

describe("what was watched", () => {
  test("is the union, whatever the order, the repetition and the devices that reported it", () => {
    fc.assert(
      fc.property(played, fc.infiniteStream(fc.nat()), (all, keys) => {
        const shuffled = all
          .map((one) => [keys.next().value, one] as const)
          .toSorted((a, b) => Number(a[0]) - Number(b[0]))
          .map(([, one]) => one);
        const oneByOne = shuffled.reduce<Interval[]>(
          (before, one) => mergeIntervals(before, [one]),
          [],
        );
        const twice = mergeIntervals(mergeIntervals([], all), shuffled);
        const atOnce = mergeIntervals([], all);
        expect(oneByOne).toEqual(atOnce);
        expect(twice).toEqual(atOnce);
        expect(seconds(atOnce)).toEqual(seconds(all));
      }),
    );
  });

  test("is kept in order and apart, and what it is made of stays as it was", () => {
    fc.assert(
      fc.property(played, (all) => {
        const before = structuredClone(all);
        const merged = mergeIntervals(all, []);
        expect(all).toEqual(before);
        merged.forEach(([from, to], at) => {
          expect(from).toBeLessThan(to);
          const next = merged[at + 1];
          if (next) expect(to).toBeLessThan(next[0]);
        });
      }),
    );
  });

  test("counts every second once, and none past the video's end", () => {
    fc.assert(
      fc.property(played, fc.integer({ min: 1, max: 400 }), (all, durationSec) => {
        const counted = seconds(all).filter((at) => at < durationSec).length;
        expect(secondsWatched(all, durationSec)).toBe(counted);
        expect(secondsWatched(all, durationSec)).toBeLessThanOrEqual(durationSec);
      }),
    );
  });

  test("never falls as more is reported, however scattered it is", () => {
    const scattered = Array.from(
      { length: 3_000 },
      (_, at): Interval => [((at * 7) % 3_000) * 10, ((at * 7) % 3_000) * 10 + 1],
    );
    let known: Interval[] = [];
    let before = 0;
    for (const one of scattered) {
      known = mergeIntervals(known, [one]);
      const now = secondsWatched(known, 30_000);
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
    expect(before).toBeGreaterThanOrEqual(500);
  });
});
