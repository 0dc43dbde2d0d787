import { describe, expect, test } from "vitest";
import { bestOf, dueAtOf, latenessOf, scoreAfter } from "../../src/assessment/lateness.ts";

const DUE = 1_000;

describe("the late policy's truth table", () => {
  test.each([
    ["no due date, late work refused", null, false, 9_999, false, 0, false],
    ["no due date, late work allowed", null, true, 9_999, false, 0, false],
    ["before the due date, late work refused", DUE, false, 999, false, 0, false],
    ["before the due date, late work allowed", DUE, true, 999, false, 0, false],
    ["at the very due date, late work refused", DUE, false, DUE, false, 0, false],
    ["at the very due date, late work allowed", DUE, true, DUE, false, 0, false],
    ["a millisecond after it, late work allowed", DUE, true, DUE + 1, true, 10, false],
    ["a millisecond after it, late work refused", DUE, false, DUE + 1, true, 0, true],
  ])("%s", (_, dueAt, allowLateSubmission, at, isLate, penaltyPct, locked) => {
    const policy = { dueAt, allowLateSubmission, latePenaltyPct: 10 };
    expect(latenessOf(policy, at)).toEqual({ isLate, penaltyPct, locked });
  });
});

describe("a score after its penalty", () => {
  test.each([
    [80, 0, 80],
    [80, 10, 72],
    [80, 100, 0],
    [0, 50, 0],
    [72.3, 10, 65.07],
    [33.33, 50, 16.66],
    [99.99, 0.01, 99.98],
  ])("%d less %d %% is %d, rounded down", (score, penaltyPct, after) => {
    expect(scoreAfter(score, penaltyPct)).toBe(after);
  });
});

describe("when work is due", () => {
  const enrollment = { enrolledAt: 1_000, activatedAt: 5_000 };
  test.each([
    ["never", { absoluteDueDate: null, dueHoursAfterEnrollment: null }, null],
    ["at its date", { absoluteDueDate: 77, dueHoursAfterEnrollment: null }, 77],
    [
      "so long after access began",
      { absoluteDueDate: null, dueHoursAfterEnrollment: 2 },
      7_205_000,
    ],
  ])("is %s", (_, assignment, dueAt) => {
    expect(dueAtOf(assignment, enrollment)).toBe(dueAt);
  });

  test("counts from the enrollment itself where no access began yet", () => {
    const assignment = { absoluteDueDate: null, dueHoursAfterEnrollment: 1 };
    expect(dueAtOf(assignment, { enrolledAt: 0, activatedAt: null })).toBe(3_600_000);
  });
});

test("the attempt that is kept is the best, of equal ones the first, never an ungraded one", () => {
  const attempts = [
    { attemptNumber: 4, finalScore: null },
    { attemptNumber: 3, finalScore: 70 },
    { attemptNumber: 2, finalScore: 80 },
    { attemptNumber: 1, finalScore: 80 },
  ];
  expect(bestOf(attempts)?.attemptNumber).toBe(1);
  expect(bestOf(attempts.slice(0, 1))).toBeUndefined();
});
