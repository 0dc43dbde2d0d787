import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Handed, medianOf, type Pair, pairsFor } from "../../src/assessment/peers.ts";

const named = (at: number): string => String(at).padStart(4, "0");

/** Work of so many learners, whose tasks run in the given order, each pair stored as the database does. */
function played(learners: number, peers: number, order: readonly number[]): Pair[] {
  const stored: Pair[] = [];
  const countOf = (id: string) => stored.filter((one) => one.submissionId === id).length;
  const handed = (at: number): Handed => ({
    id: named(at),
    learnerId: `learner-${at}`,
    status: "grading",
    reviews: countOf(named(at)),
  });
  for (const [step, at] of order.entries()) {
    const there = new Set(order.slice(0, step));
    const others = [...there].map(handed);
    for (const pair of pairsFor(handed(at), others, peers)) {
      const known = stored.some(
        (one) => one.submissionId === pair.submissionId && one.reviewerId === pair.reviewerId,
      );
      if (!known && countOf(pair.submissionId) < peers) stored.push(pair);
    }
  }
  expect(order).toHaveLength(learners);
  return stored;
}

const course = fc
  .record({ learners: fc.integer({ min: 1, max: 40 }), peers: fc.integer({ min: 1, max: 10 }) })
  .chain(({ learners, peers }) =>
    fc.record({
      learners: fc.constant(learners),
      peers: fc.constant(peers),
      order: fc.shuffledSubarray(
        Array.from({ length: learners }, (_, at) => at),
        { minLength: learners },
      ),
    }),
  );

describe("who scores whom", () => {
  test("nobody scores the own work, and nobody the same work twice", () => {
    fc.assert(
      fc.property(course, ({ learners, peers, order }) => {
        const pairs = played(learners, peers, order);
        for (const { submissionId, reviewerId } of pairs) {
          expect(reviewerId).not.toBe(`learner-${Number(submissionId)}`);
        }
        const keys = pairs.map((one) => `${one.submissionId} ${one.reviewerId}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test("each work has exactly its number of peers once enough have handed in, in whatever order", () => {
    fc.assert(
      fc.property(course, ({ learners, peers, order }) => {
        const counts = Map.groupBy(played(learners, peers, order), (one) => one.submissionId);
        const wanted = Math.min(peers, learners - 1);
        for (let at = 0; at < learners; at++) {
          expect(counts.get(named(at))?.length ?? 0).toBe(wanted);
        }
      }),
    );
  });

  test("nobody is asked for more than twice what each work needs, where work comes one by one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10 }), (n, peers) => {
        const inTurn = Array.from({ length: n }, (_, at) => at);
        const loads = Map.groupBy(played(n, peers, inTurn), (one) => one.reviewerId);
        for (const mine of loads.values()) expect(mine.length).toBeLessThanOrEqual(2 * peers);
      }),
    );
  });

  test("what is graded already asks nobody anew", () => {
    const mine = { id: "b", learnerId: "bo", status: "grading", reviews: 0 };
    const done = { id: "a", learnerId: "ada", status: "graded", reviews: 0 };
    expect(pairsFor(mine, [done], 3)).toEqual([{ submissionId: "b", reviewerId: "ada" }]);
  });
});

describe("the median", () => {
  test.each([
    [[70], 70],
    [[10, 90], 50],
    [[90, 10, 20], 20],
    [[1, 2, 3.01, 100], 2.5],
  ])("of %j is %d", (scores, median) => {
    expect(medianOf(scores)).toBe(median);
  });

  test("one peer alone cannot pull it beyond the others' scores", () => {
    const score = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100);
    fc.assert(
      fc.property(score, score, score, (a, b, outlier) => {
        const median = medianOf([a, b, outlier]);
        expect(median).toBeGreaterThanOrEqual(Math.min(a, b));
        expect(median).toBeLessThanOrEqual(Math.max(a, b));
      }),
    );
  });
});
