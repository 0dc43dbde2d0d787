import { HOUR } from "../kernel/time.ts";

/** What an assignment says of late work; `dueAt` in epoch milliseconds, null where it is never late. */
export type LatePolicy = {
  dueAt: number | null;
  allowLateSubmission: boolean;
  /** Taken off the score once, however late the work is. */
  latePenaltyPct: number;
};

export type Lateness = { isLate: boolean; penaltyPct: number; locked: boolean };

/**
 * Lateness, penalty and lock of work handed in at a moment. Each attempt is held against the same due date.
 *
 * | due date | handed in      | late work | late | penalty          | locked |
 * |----------|----------------|-----------|------|------------------|--------|
 * | none     | whenever       | either    | no   | 0                | no     |
 * | set      | up to the date | either    | no   | 0                | no     |
 * | set      | after the date | allowed   | yes  | `latePenaltyPct` | no     |
 * | set      | after the date | refused   | yes  | 0                | yes    |
 */
export function latenessOf(policy: LatePolicy, at: number): Lateness {
  const isLate = policy.dueAt !== null && at > policy.dueAt;
  const locked = isLate && !policy.allowLateSubmission;
  return { isLate, locked, penaltyPct: isLate && !locked ? policy.latePenaltyPct : 0 };
}

/** The score that counts, in hundredths and rounded down: no threshold is reached by rounding. */
export function scoreAfter(score: number, penaltyPct: number): number {
  const hundredths = Math.round(score * 100);
  const leftBasisPoints = 10_000 - Math.round(penaltyPct * 100);
  return Math.floor((hundredths * leftBasisPoints) / 10_000) / 100;
}

type Due = { absoluteDueDate: number | null; dueHoursAfterEnrollment: number | null };
type Began = { activatedAt: number | null; enrolledAt: number };

/** When an enrollment's work is due: at a date of its own, or so long after its access began. */
export function dueAtOf(assignment: Due, enrollment: Began): number | null {
  const { absoluteDueDate, dueHoursAfterEnrollment } = assignment;
  if (dueHoursAfterEnrollment === null) return absoluteDueDate;
  return (enrollment.activatedAt ?? enrollment.enrolledAt) + dueHoursAfterEnrollment * HOUR;
}

type Graded = { attemptNumber: number; finalScore: number | null };

/** The attempt whose score is kept: the best after penalties, of equal ones the first. */
export function bestOf<S extends Graded>(attempts: readonly S[]): S | undefined {
  return attempts
    .filter((one) => one.finalScore !== null)
    .toSorted(
      (a, b) => (b.finalScore ?? 0) - (a.finalScore ?? 0) || a.attemptNumber - b.attemptNumber,
    )[0];
}
