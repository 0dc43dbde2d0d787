import { sql } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { notFound, refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { type Db, guardOneChanged } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { notOpen } from "../../learning/statements.ts";
import { type Given, given, givenFault } from "../question.ts";
import { type AttemptRow, attemptOf } from "../quiz-attempt.ts";
import { closedAttempt } from "../quiz-closed.ts";
import { ofTaker, quizAttemptBy } from "../quiz-permissions.ts";
import { attemptReads } from "../quiz-reads.ts";

export const quizAnswer = command({
  type: "lms.quiz.answer",
  summary: "Save the answer to one question; the last one saved before the deadline counts",
  input: z.strictObject({ attemptId: id, questionId: id, answer: given }),
  output: z.object({
    attemptId: z.string(),
    questionId: z.string(),
    answer: given,
    savedAt: shownInstant,
  }),
  permission: quizAttemptBy,
  feature: "enableQuizzes",
  emits: [],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => attemptReads(db, actor.orgId, input.attemptId),
  own: ofTaker,
  decide: ({ attempt, enrollment }, { db, input, now }) => {
    const question = attemptOf(attempt).paper.find((one) => one.id === input.questionId);
    if (!question) return notFound("Question");
    const closed = notOpen(enrollment, now) ?? closedAttempt(attempt, now);
    if (closed) return closed;
    const fault = givenFault(question, input.answer);
    if (fault) {
      return refuse("VALIDATION_FAILED", "Correct answer", {
        errors: [{ path: "answer", message: fault }],
      });
    }
    const { attemptId, questionId, answer } = input;
    return {
      answer: { attemptId, questionId, answer, savedAt: iso(now) },
      writes: [save(db, attempt, { questionId, answer, now }), guardOneChanged(db)],
    };
  },
});

/** Each answer by itself: two devices lose none. Past the deadline, by either clock, nothing is saved. */
const save = (
  db: Db,
  { id: attemptId, organizationId }: AttemptRow,
  { questionId, answer, now }: { questionId: string; answer: Given; now: number },
) =>
  db.all(sql`update lms_quiz_attempts
    set answers = json_set(answers, ${`$."${questionId}"`}, json(${JSON.stringify(answer)})),
      answers_saved = answers_saved + 1, updated_at = ${now}
    where id = ${attemptId} and organization_id = ${organizationId} and status = 'open'
      and (deadline_at is null or deadline_at > max(${now}, unixepoch('subsec') * 1000))`);
