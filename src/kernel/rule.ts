import * as z from "zod";
import { type Code, type Refusal, refuse } from "./error.ts";

const OPS = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "exists"] as const;
type Op = (typeof OPS)[number];
type Scalar = string | number | boolean | null;

/** A rule as data. `field` and `ref` are paths into the facts, as `course.priceAmount`. */
export type RuleExpr =
  | { and: RuleExpr[] }
  | { or: RuleExpr[] }
  | { not: RuleExpr }
  | { field: string; op: Op; value: Scalar | Scalar[] | { ref: string } };

const scalar = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);

export const ruleExpr: z.ZodType<RuleExpr> = z.lazy(() =>
  z.union([
    z.strictObject({ and: z.array(ruleExpr).max(50) }),
    z.strictObject({ or: z.array(ruleExpr).max(50) }),
    z.strictObject({ not: ruleExpr }),
    z.strictObject({
      field: z.string().max(200),
      op: z.enum(OPS),
      value: z.union([
        scalar,
        z.array(scalar).max(100),
        z.strictObject({ ref: z.string().max(200) }),
      ]),
    }),
  ]),
);

export type Facts = Readonly<Record<string, unknown>>;

/** The operand that decided: what was compared, and with what. */
export type Operand = { field: string; op: Op; value: unknown; actual: unknown };

export type Verdict = { holds: boolean; operand?: Operand };

/** A missing field makes a comparison false, never an error; `exists` asks for just that. */
export function evaluate(expr: RuleExpr, facts: Facts): Verdict {
  if ("and" in expr) {
    const failed = expr.and.map((one) => evaluate(one, facts)).find((one) => !one.holds);
    return failed ?? { holds: true };
  }
  if ("or" in expr) {
    const verdicts = expr.or.map((one) => evaluate(one, facts));
    return verdicts.find((one) => one.holds) ?? verdicts[0] ?? { holds: false };
  }
  if ("not" in expr) {
    const inner = evaluate(expr.not, facts);
    return { ...inner, holds: !inner.holds };
  }
  const actual = at(facts, expr.field);
  const value = comparedWith(expr.value, facts);
  return {
    holds: compare(expr.op, actual, value),
    operand: { field: expr.field, op: expr.op, value, actual },
  };
}

function comparedWith(value: Scalar | Scalar[] | { ref: string }, facts: Facts): unknown {
  const isRef = typeof value === "object" && value !== null && "ref" in value;
  return isRef ? at(facts, value.ref) : value;
}

/** Own properties only: a path reaches no prototype. */
function at(facts: Facts, path: string): unknown {
  let here: unknown = facts;
  for (const part of path.split(".")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}

function compare(op: Op, actual: unknown, value: unknown): boolean {
  const missing = actual === undefined || actual === null;
  if (op === "exists") return missing !== (value !== false);
  if (op === "in") return Array.isArray(value) && !missing && value.includes(actual);
  if (missing || value === undefined || typeof actual !== typeof value) return false;
  if (op === "eq") return actual === value;
  if (op === "ne") return actual !== value;
  if (typeof actual !== "number" && typeof actual !== "string") return false;
  const other = value as typeof actual;
  switch (op) {
    case "gt":
      return actual > other;
    case "gte":
      return actual >= other;
    case "lt":
      return actual < other;
    case "lte":
      return actual <= other;
  }
}

export type Rule<C extends Code = Code> = {
  readonly id: string;
  /** Where it is asked, as `course:submit-review`. */
  readonly scope: string;
  readonly expr: RuleExpr;
  readonly code: C;
  readonly detail: string;
};

export const rule = <C extends Code>(definition: Rule<C>): Rule<C> => definition;

/** Nothing where the rule holds; else a refusal that names it and the operand that failed. */
export const breaks = <C extends Code>(of: Rule<C>, facts: Facts): Refusal<C> | undefined =>
  evaluate(of.expr, facts).holds ? undefined : refusalBy(of, facts);

/** The refusal of a rule that is known not to hold. */
export const refusalBy = <C extends Code>(of: Rule<C>, facts: Facts): Refusal<C> =>
  refuse(of.code, of.detail, {
    more: { rule: of.id, operand: evaluate(of.expr, facts).operand },
  });
