import * as z from "zod";
import type { EnrollmentRow } from "../enrollment/statements.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { given, questionFields } from "./question.ts";
import { shownOptions } from "./question-shown.ts";
import { type AttemptRow, attemptOf, isOverdue } from "./quiz-attempt.ts";
import { namesOf } from "./quiz-hand-in.ts";
import { QUESTION_KINDS } from "./schema.ts";
import { percentOf } from "./score.ts";

const askedQuestion = z.object({
  id: z.string(),
  kind: z.enum(QUESTION_KINDS),
  prompt: z.string(),
  options: shownOptions,
  points: z.number(),
  given: given.describe("What the learner answered last; null where nothing"),
  awarded: z.number().nullable().describe("Points, once graded"),
  answer: questionFields.answer.optional(),
  explanation: z.string().nullable().optional(),
});

/** `answer` and `explanation` of its questions are there for authors, and once nothing is left to try. */
export const attemptAnswer = z.object({
  id: z.string(),
  enrollmentId: z.string(),
  learnerId: z.string(),
  courseId: z.string(),
  moduleId: z.string(),
  sectionId: z.string().nullable(),
  assignmentId: z.string().nullable(),
  attemptNumber: z.int(),
  attemptsMax: z.int().nullable().describe("Null: without limit"),
  status: z
    .enum(["open", "submitted", "graded"])
    .describe("Submitted: its time is up, and it is being graded"),
  startedAt: shownInstant,
  deadlineAt: shownInstant.nullable(),
  submittedAt: shownInstant.nullable(),
  passingScore: z.number().describe("Percent"),
  score: z.number().nullable().describe("After the penalty of late work"),
  maxScore: z.number().nullable(),
  percent: z.number().nullable(),
  passed: z.boolean().nullable(),
  questions: z.array(askedQuestion),
});

export function showAttempt(
  row: AttemptRow,
  enrollment: Pick<EnrollmentRow, "id" | "learnerId" | "courseId">,
  { now, revealed }: { now: number; revealed: boolean },
): z.infer<typeof attemptAnswer> {
  const { paper, answers } = attemptOf(row);
  const overdue = isOverdue(row, now);
  return {
    id: row.id,
    ...namesOf(row, enrollment),
    sectionId: row.sectionId,
    assignmentId: row.assignmentId,
    attemptNumber: row.attemptNumber,
    attemptsMax: row.attemptsMax,
    status: overdue ? "submitted" : row.status,
    startedAt: iso(row.startedAt),
    deadlineAt: isoOrNull(row.deadlineAt),
    submittedAt: isoOrNull(overdue ? row.deadlineAt : row.submittedAt),
    passingScore: row.passingPct,
    score: row.score,
    maxScore: row.maxScore,
    percent:
      row.score === null || row.maxScore === null ? null : percentOf(row.score, row.maxScore),
    passed: row.passed,
    questions: paper.map((one) => ({
      id: one.id,
      kind: one.kind,
      prompt: one.prompt,
      options: one.options,
      points: one.points,
      given: answers[one.id] ?? null,
      awarded: row.marks?.[one.id]?.[0] ?? null,
      ...(revealed ? { answer: one.answer, explanation: one.explanation } : {}),
    })),
  };
}
