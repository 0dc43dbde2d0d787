import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Question } from "../../src/assessment/question.ts";
import { paperOf, seedOf } from "../../src/assessment/quiz-paper.ts";
import {
  type Answers,
  isPassed,
  percentOf,
  pointsOf,
  scoreOf,
  shareOf,
} from "../../src/assessment/score.ts";
import { newId } from "../../src/kernel/id.ts";

const IDS = ["a", "b", "c", "d", "e", "f"];
const options = IDS.map((id) => ({ id, text: id }));
const base = { prompt: "?", explanation: null };
const points = fc.integer({ min: 1, max: 1_000 }).map((hundredths) => hundredths / 100);
const someIds = fc.subarray(IDS, { minLength: 1 });

const question: fc.Arbitrary<Question> = fc.uuid({ version: 7 }).chain((id) =>
  fc.oneof(
    fc
      .record({ points, answer: fc.constantFrom(...IDS) })
      .map((one): Question => ({ ...base, ...one, id, kind: "single", options })),
    fc
      .record({ points, answer: someIds })
      .map((one): Question => ({ ...base, ...one, id, kind: "multiple", options })),
    fc
      .record({ points, answer: fc.boolean() })
      .map((one): Question => ({ ...base, ...one, id, kind: "true-false", options: null })),
    fc
      .record({ points, answer: fc.array(fc.string({ minLength: 1 }), { minLength: 1 }) })
      .map((one): Question => ({ ...base, ...one, id, kind: "short-text", options: null })),
    fc
      .record({
        points,
        answer: fc.record({
          value: fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
          tolerance: fc.double({ noNaN: true, min: 0, max: 1e3 }),
        }),
      })
      .map((one): Question => ({ ...base, ...one, id, kind: "numeric", options: null })),
  ),
);
const given = fc.oneof(
  fc.constantFrom(...IDS),
  fc.subarray(IDS),
  fc.boolean(),
  fc.double({ noNaN: true }),
  fc.string(),
  fc.constant(null),
);
const paper = fc.uniqueArray(question, { selector: (one) => one.id, minLength: 1, maxLength: 30 });
const answered = paper.chain((asked) =>
  fc.tuple(
    fc.constant(asked),
    fc
      .array(fc.option(given, { nil: undefined }), {
        minLength: asked.length,
        maxLength: asked.length,
      })
      .map((all): Answers => Object.fromEntries(asked.map(({ id }, at) => [id, all[at]]))),
  ),
);
const rightOf = (one: Question) => {
  if (one.kind === "numeric") return one.answer.value;
  return one.kind === "short-text" ? (one.answer[0] ?? "") : one.answer;
};
const multiple = (answer: string[], worth = 1): Question => ({
  ...base,
  id: "q",
  kind: "multiple",
  options,
  answer,
  points: worth,
});

describe("a quiz's score", () => {
  test("is between nothing and the whole, question by question, whatever is given", () => {
    fc.assert(
      fc.property(answered, ([asked, answers]) => {
        const { marks, score, maxScore, percent } = scoreOf(asked, answers);
        for (const one of asked) {
          expect(marks[one.id]).toBeGreaterThanOrEqual(0);
          expect(marks[one.id]).toBeLessThanOrEqual(one.points);
        }
        expect(score).toBeCloseTo(
          Object.values(marks).reduce((sum, one) => sum + one, 0),
          5,
        );
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(maxScore);
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent).toBeLessThanOrEqual(100);
        expect(percent === 100).toBe(score === maxScore);
      }),
    );
  });

  test("is the whole where all is right, and nothing where nothing is answered", () => {
    fc.assert(
      fc.property(paper, (asked) => {
        const sayable = asked.filter(
          (one) => one.kind !== "short-text" || shareOf(one, rightOf(one)) === 1,
        );
        fc.pre(sayable.length > 0);
        const all = Object.fromEntries(sayable.map((one) => [one.id, rightOf(one)]));
        expect(scoreOf(sayable, all).percent).toBe(100);
        expect(scoreOf(asked, {})).toMatchObject({ score: 0, percent: 0 });
      }),
    );
  });

  test("does not depend on the order of questions, options or choices, nor on answers to others", () => {
    fc.assert(
      fc.property(answered, fc.nat(), ([asked, answers], seed) => {
        const mixed = paperOf(asked, { draw: null, shuffle: true, seed });
        const turned = Object.fromEntries(
          Object.entries(answers).map(([id, one]) => [
            id,
            Array.isArray(one) ? one.toReversed() : one,
          ]),
        );
        const { score, percent } = scoreOf(mixed, { ...turned, stranger: true });
        expect({ score, percent }).toMatchObject({
          percent: scoreOf(asked, answers).percent,
          score: expect.closeTo(scoreOf(asked, answers).score, 5),
        });
      }),
    );
  });

  test("never falls when one more answer is right", () => {
    fc.assert(
      fc.property(answered, fc.nat(), ([asked, answers], at) => {
        const one = asked[at % asked.length];
        if (!one || shareOf(one, rightOf(one)) < 1) return;
        const better = scoreOf(asked, { ...answers, [one.id]: rightOf(one) });
        expect(better.score).toBeGreaterThanOrEqual(scoreOf(asked, answers).score);
      }),
    );
  });

  test("passes at its passing score and not below: never by rounding", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.nat(),
        fc.integer({ min: 0, max: 100 }),
        (whole, some, passing) => {
          const score = some % (whole + 1);
          expect(isPassed(percentOf(score, whole), passing)).toBe(score * 100 >= passing * whole);
        },
      ),
    );
    expect(percentOf(2, 3)).toBe(66.66);
    expect(percentOf(0.1 + 0.2, 0.3)).toBe(100);
    expect(percentOf(0, 0)).toBe(0);
  });
});

describe("a multiple choice", () => {
  test("earns right minus wrong of the right ones, and nothing less than nothing", () => {
    fc.assert(
      fc.property(someIds, fc.subarray(IDS), (right, chosen) => {
        const hits = chosen.filter((one) => right.includes(one)).length;
        const share = Math.max(0, 2 * hits - chosen.length) / right.length;
        expect(shareOf(multiple(right), chosen)).toBeCloseTo(share, 12);
      }),
    );
    expect(pointsOf(multiple(["a", "b", "c"], 2), ["a", "b"])).toBe(1.333333);
    expect(pointsOf(multiple(["a", "b"]), ["a", "c"])).toBe(0);
    expect(pointsOf(multiple(["a", "b"]), IDS)).toBe(0);
  });

  test("earns nothing more for a choice said twice", () => {
    expect(shareOf(multiple(["a", "b"]), ["a", "a"])).toBe(0.5);
  });
});

describe("a short text", () => {
  const text = (...answer: string[]): Question => ({
    ...base,
    id: "q",
    kind: "short-text",
    options: null,
    answer,
    points: 1,
  });
  test.each([
    ["Orléans", " ORLEANS  "],
    ["ёлка", "Елка"],
    ["ｆｕｌｌ", "full"],
    ["New  York", "new york"],
    ["東京", "東京"],
  ])("is %s when %s is given", (right, said) => {
    expect(shareOf(text("other", right), said)).toBe(1);
  });
  test("is wrong when it says something else, or nothing", () => {
    expect(shareOf(text("東京"), "京東")).toBe(0);
    expect(shareOf(text("Paris"), "Pariss")).toBe(0);
    expect(shareOf(text("\u0301"), "")).toBe(0);
  });
});

test("a number is right within its tolerance, and not outside it", () => {
  const number = (value: number, tolerance: number): Question => ({
    ...base,
    id: "q",
    kind: "numeric",
    options: null,
    answer: { value, tolerance },
    points: 1,
  });
  expect(shareOf(number(0.3, 0), 0.1 + 0.2)).toBe(1);
  expect(shareOf(number(9.81, 0.01), 9.8)).toBe(1);
  expect(shareOf(number(9.81, 0.01), 9.79)).toBe(0);
  expect(shareOf(number(-2, 0.5), -2.5)).toBe(1);
  expect(shareOf(number(-2, 0.5), 2)).toBe(0);
});

describe("a paper", () => {
  test("is the same for the same seed, and of as many questions as are drawn, each once", () => {
    fc.assert(
      fc.property(
        paper,
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        fc.nat(),
        (asked, draw, shuffle, seed) => {
          const one = paperOf(asked, { draw, shuffle, seed });
          expect(paperOf(asked, { draw, shuffle, seed })).toEqual(one);
          expect(one).toHaveLength(Math.min(draw, asked.length));
          expect(new Set(one.map(({ id }) => id)).size).toBe(one.length);
          for (const drawn of one) {
            const before = asked.find(({ id }) => id === drawn.id);
            expect({ ...drawn, options: null }).toEqual({ ...before, options: null });
            expect(new Set(drawn.options)).toEqual(new Set(before?.options));
          }
          if (!shuffle) {
            const order = one.map((each) => asked.indexOf(each));
            expect(order).toEqual(order.toSorted((a, b) => a - b));
          }
        },
      ),
    );
  });

  test("draws every question in its turn: none is favoured over hundreds of attempts", () => {
    const asked = IDS.map((id) => ({ ...multiple(["a"]), id }));
    const times = new Map<string, number>();
    for (let attempt = 0; attempt < 600; attempt++) {
      const drawn = paperOf(asked, { draw: 2, shuffle: true, seed: seedOf(newId()) });
      for (const { id } of drawn) times.set(id, (times.get(id) ?? 0) + 1);
    }
    for (const id of IDS) expect(times.get(id)).toBeGreaterThan(100);
  });
});
