import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completionOf, countedOf } from "../../src/learning/completion.ts";

const course = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 0, max: 99 }).map(String),
    isPublished: fc.boolean(),
    isRequired: fc.boolean(),
  }),
  { selector: (one) => one.id, maxLength: 40 },
);
const records = fc.array(
  fc.record({
    moduleId: fc.integer({ min: 0, max: 120 }).map(String),
    status: fc.constantFrom("not-started", "in-progress", "completed"),
  }),
  { maxLength: 60 },
);
const done = (ids: readonly string[]) => ids.map((moduleId) => ({ moduleId, status: "completed" }));
const modules = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: String(at),
    isPublished: true,
    isRequired: true,
  }));

describe("a course's completion", () => {
  test("is between 0 and 100, and 100 only when all that counts is completed", () => {
    fc.assert(
      fc.property(course, records, (all, progress) => {
        const { completionPct, completed, counted } = completionOf(all, progress);
        expect(completionPct).toBeGreaterThanOrEqual(0);
        expect(completionPct).toBeLessThanOrEqual(100);
        expect(completionPct === 100).toBe(counted > 0 && completed === counted);
        expect(counted).toBe(countedOf(all).length);
      }),
    );
  });

  test("reaches no threshold by rounding: never above the true share", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(),
        fc.integer({ min: 0, max: 100 }),
        (count, some, threshold) => {
          const completed = some % (count + 1);
          const { completionPct } = completionOf(
            modules(count),
            done(modules(completed).map((one) => one.id)),
          );
          expect(completionPct * count).toBeLessThanOrEqual(completed * 100 + 1e-9 * count);
          if (completionPct >= threshold)
            expect(completed * 100).toBeGreaterThanOrEqual(threshold * count);
        },
      ),
    );
    expect(completionOf(modules(3), done(["0", "1"])).completionPct).toBe(66.66);
    expect(completionOf(modules(7), done(["0", "1", "2", "3", "4", "5"])).completionPct).toBe(
      85.71,
    );
    expect(completionOf(modules(400), done(modules(399).map((one) => one.id))).completionPct).toBe(
      99.75,
    );
  });

  test("reaches its threshold where the share does, to the very module", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        (count, threshold) => {
          const needed = Math.ceil((threshold * count) / 100);
          const ids = modules(count).map((one) => one.id);
          expect(
            completionOf(modules(count), done(ids.slice(0, needed))).completionPct,
          ).toBeGreaterThanOrEqual(threshold);
          expect(
            completionOf(modules(count), done(ids.slice(0, needed - 1))).completionPct,
          ).toBeLessThan(threshold);
        },
      ),
    );
  });

  test("never falls as more is learned, in whatever order and however often it is recorded", () => {
    fc.assert(
      fc.property(course, records, (all, progress) => {
        const pcts = progress.map(
          (_, at) => completionOf(all, progress.slice(0, at + 1)).completionPct,
        );
        expect(pcts).toEqual(pcts.toSorted((a, b) => a - b));
        const whole = completionOf(all, progress);
        expect(completionOf(all, [...progress, ...progress].toReversed())).toEqual(whole);
      }),
    );
  });

  test("counts published required modules; all published ones where none is required", () => {
    const [a, b, c] = [
      { id: "a", isPublished: true, isRequired: true },
      { id: "b", isPublished: true, isRequired: false },
      { id: "c", isPublished: false, isRequired: true },
    ];
    expect(completionOf([a, b, c], done(["a"]))).toEqual({
      completionPct: 100,
      completed: 1,
      counted: 1,
    });
    expect(completionOf([a, b, c], done(["b", "c"]))).toEqual({
      completionPct: 0,
      completed: 0,
      counted: 1,
    });
    expect(completionOf([b, c], done(["b"]))).toEqual({
      completionPct: 100,
      completed: 1,
      counted: 1,
    });
    expect(completionOf([c], done(["c"]))).toEqual({ completionPct: 0, completed: 0, counted: 0 });
    expect(completionOf([], [])).toEqual({ completionPct: 0, completed: 0, counted: 0 });
  });
});
