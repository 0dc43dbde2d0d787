import fc from "fast-check";
import { expect, test } from "vitest";
import { attendanceOf, type Stay } from "../../src/live/attendance.ts";

const stay: fc.Arbitrary<Stay> = fc
  .tuple(fc.integer({ min: 0, max: 300 }), fc.option(fc.integer({ min: 0, max: 100 })))
  .map(([since, length]) => ({
    since: since * 1_000,
    until: length === null ? null : (since + length) * 1_000,
  }));

test("the sum is the number of seconds in which at least one stay holds, within the session", () => {
  fc.assert(
    fc.property(
      fc.array(stay, { maxLength: 8 }),
      fc.integer({ min: 0, max: 200 }),
      fc.option(fc.integer({ min: 200, max: 300 })),
      (stays, started, ended) => {
        const [startedAt, endedAt] = [started * 1_000, ended === null ? null : ended * 1_000];
        const now = 400_000;
        let seconds = 0;
        for (let at = startedAt; at < (endedAt ?? now); at += 1_000) {
          if (stays.some(({ since, until }) => since <= at && at < (until ?? now))) seconds += 1;
        }
        const sum = attendanceOf("a", stays, { startedAt, endedAt, now });
        expect(sum?.secondsPresent ?? 0).toBe(seconds);
        if (sum) {
          expect(sum.firstJoinedAt).toBeGreaterThanOrEqual(startedAt);
          expect(sum.lastLeftAt ?? 0).toBeLessThanOrEqual(endedAt ?? Number.POSITIVE_INFINITY);
        }
      },
    ),
  );
});

test("who was gone before it began was not there; who waited for it is, from its beginning", () => {
  const now = 100_000;
  const live = { startedAt: 50_000, endedAt: null, now };
  expect(attendanceOf("a", [{ since: 10_000, until: 40_000 }], live)).toBeUndefined();
  expect(attendanceOf("a", [{ since: 10_000, until: null }], live)).toEqual({
    learnerId: "a",
    firstJoinedAt: 50_000,
    lastLeftAt: null,
    secondsPresent: 50,
    joins: 1,
  });
  expect(attendanceOf("a", [], live)).toBeUndefined();
  expect(
    attendanceOf("a", [{ since: 1, until: null }], { startedAt: null, endedAt: null, now }),
  ).toBeUndefined();
});
