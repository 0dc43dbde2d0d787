import { and, eq } from "drizzle-orm";
import type { EnrollmentRow } from "../enrollment/statements.ts";
import { event, type NewEvent } from "../kernel/event.ts";
import { type Db, guardOneChanged, type Statement } from "../kernel/statement.ts";
import { iso } from "../kernel/time.ts";
import { quizScored } from "../learning/statements.ts";
import { quizSubmitted } from "./events.ts";
import { dueAtOf, latenessOf, scoreAfter } from "./lateness.ts";
import { type AttemptRow, attemptOf } from "./quiz-attempt.ts";
import { lmsQuizAttempts } from "./schema.ts";
import { isPassed, percentOf, scoreOf } from "./score.ts";
import type { AssignmentRow } from "./statements.ts";

/** Whose attempt it is, and of which assignment, if it is one's. */
export type Taken = { enrollment: EnrollmentRow; assignment: AssignmentRow | undefined };

export type HandedIn = { attempt: AttemptRow; events: NewEvent[]; writes: Statement[] };

/**
 * Hands an attempt in and grades it, by its learner, by the next attempt or by its deadline: whoever
 * comes first. The answers are those that were read: one saved since fails the batch.
 */
export function handedIn(
  ask: { db: Db; now: number; id: () => string },
  row: AttemptRow,
  { enrollment, assignment }: Taken,
): HandedIn {
  const { db, now } = ask;
  const { paper, answers } = attemptOf(row);
  const { marks, score: earned, maxScore } = scoreOf(paper, answers);
  const submittedAt = Math.min(now, row.deadlineAt ?? now);
  const score = scoreAfter(earned, penaltyPct({ enrollment, assignment }, submittedAt));
  const percent = percentOf(score, maxScore);
  const set = {
    status: "graded" as const,
    score,
    maxScore,
    marks: Object.fromEntries(
      paper.map(({ id, points }): [string, [number, number]] => [id, [marks[id] ?? 0, points]]),
    ),
    passed: isPassed(percent, row.passingPct),
    submittedAt,
    updatedAt: now,
  };
  const about = {
    attemptId: row.id,
    ...namesOf(row, enrollment),
    attemptNumber: row.attemptNumber,
    score,
    maxScore,
    percent,
    passed: set.passed,
    submittedAt: iso(set.submittedAt),
  };
  return {
    attempt: { ...row, ...set },
    events: [event(quizSubmitted, enrollment, about)],
    writes: [
      db
        .update(lmsQuizAttempts)
        .set(set)
        .where(
          and(
            eq(lmsQuizAttempts.id, row.id),
            eq(lmsQuizAttempts.organizationId, row.organizationId),
            eq(lmsQuizAttempts.status, "open"),
            eq(lmsQuizAttempts.answersSaved, row.answersSaved),
          ),
        ),
      guardOneChanged(db),
      ...(row.assignmentId === null
        ? [
            quizScored(ask, enrollment, {
              moduleId: row.inModuleId,
              sectionId: row.sectionId,
              percent,
              attempts: row.attemptNumber,
            }),
          ]
        : []),
    ],
  };
}

/** What late work loses, by the assignment's own policy. */
const penaltyPct = ({ enrollment, assignment }: Taken, at: number): number =>
  assignment
    ? latenessOf({ ...assignment, dueAt: dueAtOf(assignment, enrollment) }, at).penaltyPct
    : 0;

/** What the log says of an attempt's place. */
export const namesOf = (
  row: Pick<AttemptRow, "inModuleId" | "sectionId" | "assignmentId">,
  enrollment: Pick<EnrollmentRow, "id" | "learnerId" | "courseId">,
) => ({
  enrollmentId: enrollment.id,
  learnerId: enrollment.learnerId,
  courseId: enrollment.courseId,
  moduleId: row.inModuleId,
  ...(row.sectionId === null ? {} : { sectionId: row.sectionId }),
  ...(row.assignmentId === null ? {} : { assignmentId: row.assignmentId }),
});
