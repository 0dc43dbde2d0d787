import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { courseUpdated } from "../../catalog/events.ts";
import { courseUpdateBy, ownCourse, writeOrder } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { questionsChanged, quizAt, readQuestion } from "../question-place.ts";
import { lmsQuizQuestions } from "../schema.ts";

export const questionDelete = command({
  type: "lms.question.delete",
  summary: "Delete a question; papers already drawn keep it",
  input: z.strictObject({ questionId: id }),
  output: z.object({ id: z.string(), deletedAt: shownInstant }),
  permission: courseUpdateBy,
  feature: "enableQuizzes",
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => readQuestion(db, actor.orgId, input.questionId),
  own: ownCourse,
  decide: ({ question, siblings, ...place }, { db, actor, now }) => {
    if (question.moduleId === null && !place.section && !place.assignment) {
      return notFound("Question");
    }
    const quiz = quizAt(place, {});
    if (isRefusal(quiz)) return quiz;
    const left = siblings.map((one) => one.id).filter((one) => one !== question.id);
    const { events, revisions } = questionsChanged(db, place, now);
    return {
      answer: { id: question.id, deletedAt: iso(now) },
      events,
      writes: [
        ...revisions,
        db
          .update(lmsQuizQuestions)
          .set({ deletedAt: now, updatedAt: now })
          .where(
            and(
              eq(lmsQuizQuestions.id, question.id),
              eq(lmsQuizQuestions.organizationId, actor.orgId),
            ),
          ),
        writeOrder(db, lmsQuizQuestions, left, { orgId: actor.orgId, now }),
      ],
    };
  },
});
