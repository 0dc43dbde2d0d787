import { and, eq, isNull } from "drizzle-orm";
import * as z from "zod";
import { type Fault, isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import { event, type NewEvent } from "../kernel/event.ts";
import { transition } from "../kernel/machine.ts";
import { type Db, revise, type Statement } from "../kernel/statement.ts";
import { prose } from "../kernel/text.ts";
import { iso } from "../kernel/time.ts";
import { SCORE_MAX } from "./assignment.ts";
import { submissionGraded } from "./events.ts";
import { scoreAfter } from "./lateness.ts";
import { submissionMachine } from "./machine.ts";
import { lmsPeerReviews, lmsSubmissions } from "./schema.ts";
import type { AssignmentRow, SubmissionRow } from "./statements.ts";

export const score = z.number().min(0).max(SCORE_MAX).multipleOf(0.01);
export const rubricScores = z
  .record(z.string().min(1).max(64), score)
  .refine((given) => Object.keys(given).length <= 50, "At most 50 criteria")
  .describe("By the ids of the rubric's criteria");
export const feedback = prose(10_000);

type Given = { score: number; rubricScores?: Record<string, number> | undefined };

/** What is given has to fit the assignment's scale and the criteria of its rubric. */
export function scoreFault(
  assignment: Pick<AssignmentRow, "maxScore" | "rubric">,
  given: Given,
): Refusal<"VALIDATION_FAILED"> | undefined {
  const errors: Fault[] = [];
  if (given.score > assignment.maxScore) {
    errors.push({ path: "score", message: `At most ${assignment.maxScore}` });
  }
  for (const [id, value] of Object.entries(given.rubricScores ?? {})) {
    const criterion = assignment.rubric?.find((one) => one.id === id);
    const path = `rubricScores.${id}`;
    if (!criterion) errors.push({ path, message: "The rubric has no such criterion" });
    else if (value > criterion.maxScore) {
      errors.push({ path, message: `At most ${criterion.maxScore}` });
    }
  }
  const named = errors.map((one) => one.path).join(", ");
  return errors.length === 0
    ? undefined
    : refuse("VALIDATION_FAILED", `Correct ${named}`, { errors });
}

/** Whose grade the median of peers stands as. */
export const PEERS = "system";

/** A grade that peers gave yields to a person's; any other stands. */
export function notGradable(
  submission: Pick<SubmissionRow, "status" | "gradedBy">,
  gradedBy: string,
): Refusal<"INVALID_TRANSITION"> | undefined {
  const overrides =
    submission.status === "graded" && submission.gradedBy === PEERS && gradedBy !== PEERS;
  if (overrides) return undefined;
  const next = transition(submissionMachine, submission.status, "grade");
  return isRefusal(next) ? next : undefined;
}

type Grade = Given & { feedback?: string | undefined; gradedBy: string };

/** A submission with its grade, the event that says so, and the peers who need not look any more. */
export function graded(
  db: Db,
  { submission, assignment }: { submission: SubmissionRow; assignment: AssignmentRow },
  { gradedBy, ...given }: Grade,
  now: number,
): { row: SubmissionRow; event: NewEvent; writes: Statement[] } {
  const finalScore = scoreAfter(given.score, submission.penaltyPct ?? 0);
  const set = {
    status: "graded" as const,
    score: given.score,
    finalScore,
    rubricScores: given.rubricScores ?? submission.rubricScores,
    feedback: given.feedback ?? submission.feedback,
    gradedBy,
    gradedAt: now,
  };
  const told = event(submissionGraded, submission, {
    ...idsOf(submission, assignment),
    score: finalScore,
    maxScore: assignment.maxScore,
    passed: finalScore >= assignment.passingScore,
    gradedBy,
    gradedAt: iso(now),
  });
  const unasked = db
    .update(lmsPeerReviews)
    .set({ deletedAt: now, updatedAt: now })
    .where(
      and(
        eq(lmsPeerReviews.organizationId, submission.organizationId),
        eq(lmsPeerReviews.submissionId, submission.id),
        isNull(lmsPeerReviews.score),
        isNull(lmsPeerReviews.deletedAt),
      ),
    );
  return {
    row: { ...submission, ...set, version: submission.version + 1, updatedAt: now },
    event: told,
    writes: [
      revise(db, lmsSubmissions, submission, set, { now }),
      ...(assignment.peers === null ? [] : [unasked]),
    ],
  };
}

export const idsOf = (submission: SubmissionRow, assignment: AssignmentRow) => ({
  submissionId: submission.id,
  assignmentId: assignment.id,
  learnerId: submission.learnerId,
  enrollmentId: submission.enrollmentId,
  moduleId: assignment.moduleId,
  courseId: assignment.courseId,
});
