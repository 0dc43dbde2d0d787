import fc from "fast-check";
import { expect, test } from "vitest";
import { bestOf, latenessOf, scoreAfter } from "../../src/assessment/lateness.ts";
import { assignmentNoLateSubmission } from "../../src/assessment/rules.ts";
import { evaluate } from "../../src/kernel/rule.ts";

const hundredths = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((n) => n / 100);
const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
const policy = fc.record({
  dueAt: fc.option(moment, { nil: null }),
  allowLateSubmission: fc.boolean(),
  latePenaltyPct: hundredths(100),
});

test("a penalty never raises a score, never makes it negative, and 0 % leaves it as it is", () => {
  fc.assert(
    fc.property(hundredths(100_000), hundredths(100), (score, penaltyPct) => {
      const after = scoreAfter(score, penaltyPct);
      expect(after).toBeGreaterThanOrEqual(0);
      expect(after).toBeLessThanOrEqual(score);
      expect(scoreAfter(score, 0)).toBe(score);
      expect(Math.abs(after - (score * (100 - penaltyPct)) / 100)).toBeLessThan(0.01 + 1e-6);
    }),
  );
});

test("a higher score or a lower penalty never ends lower", () => {
  fc.assert(
    fc.property(
      hundredths(1_000),
      hundredths(1_000),
      hundredths(100),
      hundredths(100),
      (a, b, p, q) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [less, more] = [Math.min(p, q), Math.max(p, q)];
        expect(scoreAfter(high, less)).toBeGreaterThanOrEqual(scoreAfter(low, more));
      },
    ),
  );
});

test("only late work is penalized or locked, never both, and time never makes it less late", () => {
  fc.assert(
    fc.property(policy, moment, moment, (terms, one, other) => {
      const [early, late] = [
        latenessOf(terms, Math.min(one, other)),
        latenessOf(terms, Math.max(one, other)),
      ];
      for (const { isLate, penaltyPct, locked } of [early, late]) {
        if (!isLate) expect({ penaltyPct, locked }).toEqual({ penaltyPct: 0, locked: false });
        if (locked) expect(penaltyPct).toBe(0);
      }
      expect(Number(late.isLate)).toBeGreaterThanOrEqual(Number(early.isLate));
      expect(late.penaltyPct).toBeGreaterThanOrEqual(early.penaltyPct);
    }),
  );
});

test("the registered rule refuses exactly what the late policy locks", () => {
  fc.assert(
    fc.property(policy, moment, (terms, now) => {
      const { holds } = evaluate(assignmentNoLateSubmission.expr, { now, assignment: terms });
      expect(holds).toBe(!latenessOf(terms, now).locked);
    }),
  );
});

test("another graded attempt never lowers the score that is kept", () => {
  const score = fc.option(hundredths(100), { nil: null });
  fc.assert(
    fc.property(fc.array(score), score, (before, another) => {
      const attempts = [...before, another].map((finalScore, at) => ({
        attemptNumber: at + 1,
        finalScore,
      }));
      const kept = (upTo: number) => bestOf(attempts.slice(0, upTo))?.finalScore ?? -1;
      expect(kept(attempts.length)).toBeGreaterThanOrEqual(kept(before.length));
    }),
  );
});
