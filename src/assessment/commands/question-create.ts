import * as z from "zod";
import { courseUpdated } from "../../catalog/events.ts";
import { courseUpdateBy, ownCourse, placed, writeOrder } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { checkedQuestion, QUESTIONS_MAX, questionFields } from "../question.ts";
import { questionsChanged, quizAt, readPlace, tooLarge } from "../question-place.ts";
import { questionRow, rowSize } from "../question-rows.ts";
import { questionAnswer, showQuestion } from "../question-shown.ts";
import { lmsQuizQuestions } from "../schema.ts";

const place = z
  .int()
  .min(0)
  .max(QUESTIONS_MAX)
  .optional()
  .describe("From 0; at the end where left out");

export const questionCreate = command({
  type: "lms.question.create",
  summary: "Add a question to a module's quiz, or to that of one of its sections or assignments",
  input: z
    .strictObject({
      moduleId: id.optional(),
      sectionId: id.optional(),
      assignmentId: id.optional(),
      ...questionFields,
      position: place,
    })
    .refine((of) => of.moduleId ?? of.sectionId ?? of.assignmentId, {
      path: ["moduleId"],
      message: "Name the module, the section or the assignment",
    })
    .refine((of) => of.sectionId === undefined || of.assignmentId === undefined, {
      path: ["assignmentId"],
      message: "Name the section or the assignment, not both",
    })
    .transform(checkedQuestion),
  output: questionAnswer,
  statuses: [201],
  permission: courseUpdateBy,
  feature: "enableQuizzes",
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION", "NOT_FOUND", "RULE_FAILED"],
  read: ({ db, input, actor }) => readPlace(db, actor.orgId, input),
  own: ownCourse,
  decide: (rows, { db, input, actor, now, id }) => {
    const quiz = quizAt(rows, input);
    if (isRefusal(quiz)) return quiz;
    const row = questionRow(input, quiz, { orgId: actor.orgId, now, id, position: 0 });
    const full = tooLarge(rows.siblings, { id: row.id, size: rowSize(row) });
    if (full) return full;
    const ids = placed(
      rows.siblings.map((one) => one.id),
      row.id,
      input.position,
    );
    const question = { ...row, position: ids.indexOf(row.id) };
    const { events, revisions } = questionsChanged(db, rows, now);
    return {
      answer: showQuestion(question, rows.module?.id),
      events,
      writes: [
        ...revisions,
        db.insert(lmsQuizQuestions).values(question),
        writeOrder(db, lmsQuizQuestions, ids, { orgId: actor.orgId, now }),
      ],
    };
  },
});
