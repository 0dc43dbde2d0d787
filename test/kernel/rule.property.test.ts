import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { breaks, evaluate, type RuleExpr, rule, ruleExpr } from "../../src/kernel/rule.ts";

const holds = (expr: RuleExpr, facts: Record<string, unknown>) => evaluate(expr, facts).holds;
const OPS = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "exists"] as const;

const scalar = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const path = fc.constantFrom(
  "a",
  "a.b",
  "a.b.c",
  "x",
  "",
  ".",
  "a..b",
  "__proto__",
  "constructor.name",
);
const { expr: anyExpr } = fc.letrec<{ expr: RuleExpr }>((tie) => ({
  expr: fc.oneof(
    { depthSize: "small" },
    fc.record({
      field: path,
      op: fc.constantFrom(...OPS),
      value: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.record({ ref: path })),
    }),
    fc.record({ and: fc.array(tie("expr"), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("expr"), { maxLength: 3 }) }),
    fc.record({ not: tie("expr") }),
  ),
}));
const anyFacts = fc.dictionary(fc.constantFrom("a", "b", "c", "x"), fc.anything({ maxDepth: 3 }));

describe("any expression over any facts", () => {
  test("is true or false, never an error, and one that the schema takes", () => {
    fc.assert(
      fc.property(anyExpr, anyFacts, (expr, facts) => {
        expect(ruleExpr.safeParse(expr).success).toBe(true);
        expect(typeof holds(expr, facts)).toBe("boolean");
      }),
    );
  });

  test("is turned round by not, and by not alone", () => {
    fc.assert(
      fc.property(anyExpr, anyFacts, (expr, facts) => {
        expect(holds({ not: expr }, facts)).toBe(!holds(expr, facts));
        expect(holds({ not: { not: expr } }, facts)).toBe(holds(expr, facts));
      }),
    );
  });

  test("and is all of its operands, or is any", () => {
    fc.assert(
      fc.property(fc.array(anyExpr, { maxLength: 4 }), anyFacts, (all, facts) => {
        const each = all.map((one) => holds(one, facts));
        expect(holds({ and: all }, facts)).toBe(each.every(Boolean));
        expect(holds({ or: all }, facts)).toBe(each.some(Boolean));
      }),
    );
  });
});

describe("a comparison", () => {
  test.each(OPS.filter((op) => op !== "exists"))("%s with a missing field is false", (op) => {
    for (const value of [0, "", false, null, [undefined as never, null], { ref: "also.missing" }]) {
      expect(holds({ field: "there.is.none", op, value }, {})).toBe(false);
      expect(holds({ field: "nothing", op, value }, { nothing: null })).toBe(false);
    }
  });

  test("of two kinds is false whichever the operator: 10 is not more than “9”", () => {
    for (const op of OPS.filter((one) => one !== "exists" && one !== "in")) {
      expect(holds({ field: "n", op, value: "9" }, { n: 10 })).toBe(false);
    }
  });

  test("orders numbers and texts", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (n, value) => {
        const by = (op: (typeof OPS)[number]) => holds({ field: "n", op, value }, { n });
        expect([by("eq"), by("ne"), by("gt"), by("gte"), by("lt"), by("lte")]).toEqual([
          n === value,
          n !== value,
          n > value,
          n >= value,
          n < value,
          n <= value,
        ]);
      }),
    );
    expect(holds({ field: "day", op: "lte", value: "2026-03-01" }, { day: "2026-02-28" })).toBe(
      true,
    );
  });

  test("in asks for one of a list, and a list may be referred to", () => {
    const expr: RuleExpr = { field: "role", op: "in", value: ["a", "b"] };
    expect(holds(expr, { role: "b" })).toBe(true);
    expect(holds(expr, { role: "c" })).toBe(false);
    expect(
      holds({ field: "role", op: "in", value: { ref: "roles" } }, { role: "c", roles: ["c"] }),
    ).toBe(true);
    expect(holds({ field: "role", op: "in", value: "abc" }, { role: "b" })).toBe(false);
  });

  test("exists asks whether a value is there at all; 0 and false are values", () => {
    for (const [facts, there] of [
      [{ a: { b: 0 } }, true],
      [{ a: { b: false } }, true],
      [{ a: { b: null } }, false],
      [{ a: {} }, false],
      [{}, false],
    ] as const) {
      expect(holds({ field: "a.b", op: "exists", value: true }, facts)).toBe(there);
      expect(holds({ field: "a.b", op: "exists", value: false }, facts)).toBe(!there);
    }
  });

  test("refers to another fact by its path", () => {
    const expr: RuleExpr = { field: "pct", op: "gte", value: { ref: "course.threshold" } };
    expect(holds(expr, { pct: 80, course: { threshold: 80 } })).toBe(true);
    expect(holds(expr, { pct: 79.99, course: { threshold: 80 } })).toBe(false);
    expect(holds(expr, { pct: 100, course: {} })).toBe(false);
  });

  test("reaches no prototype", () => {
    for (const field of [
      "__proto__",
      "constructor",
      "toString",
      "a.__proto__",
      "a.constructor.name",
      "a.length",
      "hasOwnProperty",
    ]) {
      expect(holds({ field, op: "exists", value: true }, { a: {} })).toBe(false);
    }
    expect(holds({ field: "s.length", op: "exists", value: true }, { s: "text" })).toBe(false);
  });
});

test("a refusal names its rule and the operand that failed, with what was there", () => {
  const both = rule({
    id: "both",
    scope: "course:submit-review",
    expr: {
      and: [
        { field: "price", op: "exists", value: true },
        { field: "modules", op: "gte", value: 1 },
      ],
    },
    code: "RULE_FAILED",
    detail: "Not yet",
  });
  expect(breaks(both, { price: 0, modules: 1 })).toBeUndefined();
  expect(breaks(both, { price: 0, modules: 0 })).toEqual({
    refused: "RULE_FAILED",
    detail: "Not yet",
    more: { rule: "both", operand: { field: "modules", op: "gte", value: 1, actual: 0 } },
  });
  expect(breaks(both, { modules: 4 })?.more?.operand).toMatchObject({ field: "price" });
});
