import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { courseUpdated } from "../../catalog/events.ts";
import { courseUpdateBy, ownCourse, placed, writeOrder } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound, refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { QUESTIONS_MAX, questionFields, typedQuestion } from "../question.ts";
import { questionsChanged, quizAt, readQuestion, tooLarge } from "../question-place.ts";
import { rowSize } from "../question-rows.ts";
import { questionAnswer, showQuestion } from "../question-shown.ts";
import { lmsQuizQuestions } from "../schema.ts";

export const questionUpdate = command({
  type: "lms.question.update",
  summary:
    "Change a question; what is left out stays, and papers already drawn keep what they asked",
  input: z.strictObject({
    questionId: id,
    kind: questionFields.kind.optional(),
    prompt: questionFields.prompt.optional(),
    options: questionFields.options,
    answer: questionFields.answer.optional(),
    points: questionFields.points.optional(),
    explanation: questionFields.explanation,
    position: z.int().min(0).max(QUESTIONS_MAX).optional(),
  }),
  output: questionAnswer,
  permission: courseUpdateBy,
  feature: "enableQuizzes",
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION", "NOT_FOUND", "RULE_FAILED", "VALIDATION_FAILED"],
  read: ({ db, input, actor }) => readQuestion(db, actor.orgId, input.questionId),
  own: ownCourse,
  decide: ({ question, siblings, ...place }, { db, input, actor, now }) => {
    if (question.moduleId === null && !place.section && !place.assignment) {
      return notFound("Question");
    }
    const quiz = quizAt(place, {});
    if (isRefusal(quiz)) return quiz;
    const { questionId, position, ...given } = input;
    const authored = { ...question, ...given };
    const typed = typedQuestion(authored);
    if ("faults" in typed) {
      const named = typed.faults.map((one) => one.path).join(", ");
      return refuse("VALIDATION_FAILED", `Correct ${named}`, { errors: typed.faults });
    }
    const before = siblings.map((one) => one.id);
    const ids = position === undefined ? before : placed(before, questionId, position);
    const changed = {
      ...authored,
      ...typed,
      explanation: authored.explanation ?? null,
      position: ids.indexOf(questionId),
      updatedAt: now,
    };
    const full = tooLarge(siblings, { id: questionId, size: rowSize(changed) });
    if (full) return full;
    const { kind, prompt, options, answer, points, explanation } = changed;
    const { events, revisions } = questionsChanged(db, place, now);
    return {
      answer: showQuestion(changed, place.module?.id),
      events,
      writes: [
        ...revisions,
        db
          .update(lmsQuizQuestions)
          .set({ kind, prompt, options, answer, points, explanation, updatedAt: now })
          .where(
            and(
              eq(lmsQuizQuestions.id, questionId),
              eq(lmsQuizQuestions.organizationId, actor.orgId),
            ),
          ),
        writeOrder(db, lmsQuizQuestions, ids, { orgId: actor.orgId, now }),
      ],
    };
  },
});
