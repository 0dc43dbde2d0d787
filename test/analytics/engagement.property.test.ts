import fc from "fast-check";
import { expect, test } from "vitest";
import { type EngagementFacts, engagementOf } from "../../src/analytics/engagement.ts";

const facts = fc.record<EngagementFacts>({
  enrolled: fc.integer({ min: 1, max: 1_000_000 }),
  completionRate: fc.double({ min: 0, max: 1, noNaN: true }),
  averageProgress: fc.double({ min: 0, max: 1, noNaN: true }),
  learnerDays: fc.integer({ min: 0, max: 10_000_000 }),
  timeSpentSec: fc.integer({ min: 0, max: 1_000_000_000 }),
  days: fc.integer({ min: 1, max: 366 }),
  ratingAverage: fc.option(fc.double({ min: 1, max: 5, noNaN: true })),
});
const score = (of: EngagementFacts): number => engagementOf(of) ?? Number.NaN;

test("the score is one of 0 to 100 with one decimal, whatever the figures", () => {
  fc.assert(
    fc.property(facts, (of) => {
      const value = score(of);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(100);
      expect(Math.round(value * 10) / 10).toBe(value);
    }),
  );
});

test("more learning, or a better rating, never lowers it", () => {
  const more = fc.record({
    completionRate: fc.double({ min: 0, max: 1, noNaN: true }),
    averageProgress: fc.double({ min: 0, max: 1, noNaN: true }),
    learnerDays: fc.integer({ min: 0, max: 1_000_000 }),
    timeSpentSec: fc.integer({ min: 0, max: 1_000_000 }),
    rating: fc.double({ min: 0, max: 4, noNaN: true }),
  });
  fc.assert(
    fc.property(facts, more, (of, by) => {
      const better = {
        ...of,
        completionRate: Math.min(1, of.completionRate + by.completionRate),
        averageProgress: Math.min(1, of.averageProgress + by.averageProgress),
        learnerDays: of.learnerDays + by.learnerDays,
        timeSpentSec: of.timeSpentSec + by.timeSpentSec,
        ratingAverage: of.ratingAverage === null ? null : Math.min(5, of.ratingAverage + by.rating),
      };
      expect(score(better)).toBeGreaterThanOrEqual(score(of));
    }),
  );
});

test("it is 0 where nothing was learned, 100 where all was, and none where nobody is enrolled", () => {
  const nothing = {
    enrolled: 10,
    completionRate: 0,
    averageProgress: 0,
    learnerDays: 0,
    timeSpentSec: 0,
    days: 7,
    ratingAverage: null,
  };
  const all = {
    ...nothing,
    completionRate: 1,
    averageProgress: 1,
    learnerDays: 30,
    timeSpentSec: 10 * 90 * 60,
  };
  expect(engagementOf(nothing)).toBe(0);
  expect(engagementOf(all)).toBe(100);
  expect(engagementOf({ ...all, ratingAverage: 1 })).toBe(90);
  expect(engagementOf({ ...all, enrolled: 0 })).toBeNull();
});
