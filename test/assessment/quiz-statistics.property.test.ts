import fc from "fast-check";
import { expect, test } from "vitest";
import { itemStatistics, type Marks } from "../../src/assessment/quiz-statistics.ts";

const marks: fc.Arbitrary<Marks> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 })), { maxLength: 6 })
  .map((all) =>
    Object.fromEntries(
      all.map(([points, of], at): [string, [number, number]] => [
        `q${at}`,
        [Math.min(points, of), of],
      ]),
    ),
  );

test("what a question's answers say stays within its bounds, in whatever order papers come", () => {
  fc.assert(
    fc.property(fc.array(marks, { maxLength: 40 }), (papers) => {
      const one = itemStatistics("q0", papers);
      expect(one.attempts).toBe(papers.filter((each) => "q0" in each).length);
      expect(itemStatistics("q0", papers.toReversed())).toEqual(one);
      if (one.attempts === 0) return;
      expect(one.shareRight).toBeGreaterThanOrEqual(0);
      expect(one.shareRight).toBeLessThanOrEqual(1);
      expect(one.averagePoints).toBeGreaterThanOrEqual(0);
      expect(Math.abs(one.discrimination ?? 0)).toBeLessThanOrEqual(1);
    }),
  );
});

test("a question that good papers answer tells well, one that poor ones do tells ill", () => {
  const paper = (item: number, rest: number): Marks => ({ q: [item, 1], rest: [rest, 10] });
  const told = (...papers: Marks[]) => itemStatistics("q", papers).discrimination;
  expect(told(paper(1, 10), paper(0, 0))).toBe(1);
  expect(told(paper(0, 10), paper(1, 0))).toBe(-1);
  expect(told(paper(1, 10), paper(1, 0))).toBeNull();
  expect(told({ q: [1, 1] }, { q: [0, 1] })).toBeNull();
  expect(told()).toBeNull();
});
