import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "../../src/kernel/backoff.ts";

const least = (attempt: number) => backoffMs(attempt, { random: () => 0 });
const most = (attempt: number) => backoffMs(attempt, { random: () => 1 });

test("the ceiling doubles from two seconds to ten minutes, and the jitter takes at most half of it", () => {
  expect([1, 2, 3, 4, 9].map(most)).toEqual([2_000, 4_000, 8_000, 16_000, 512_000]);
  expect([10, 11, 50, 2_000].map(most)).toEqual([600_000, 600_000, 600_000, 600_000]);
  expect([1, 2, 10].map(least)).toEqual([1_000, 2_000, 300_000]);
});

test("no attempt waits less than half its ceiling, more than all of it, or a broken millisecond", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -5, max: 5_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const waitMs = backoffMs(attempt, { random: () => random });
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(least(attempt));
        expect(waitMs).toBeLessThanOrEqual(most(attempt));
      },
    ),
  );
});
