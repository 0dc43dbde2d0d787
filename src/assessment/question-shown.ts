import * as z from "zod";
import { iso, shownInstant } from "../kernel/time.ts";
import { questionFields } from "./question.ts";
import type { QuestionRow } from "./question-rows.ts";
import { QUESTION_KINDS } from "./schema.ts";

export const shownOptions = z.array(z.object({ id: z.string(), text: z.string() })).nullable();

/** A question as its authors see it, its answer with it. */
export const questionAnswer = z.object({
  id: z.string(),
  moduleId: z
    .string()
    .nullable()
    .describe("Where it stands; null for an assignment of the whole course"),
  sectionId: z.string().nullable(),
  assignmentId: z.string().nullable(),
  position: z.int(),
  kind: z.enum(QUESTION_KINDS),
  prompt: z.string(),
  options: shownOptions,
  answer: questionFields.answer,
  points: z.number(),
  explanation: z.string().nullable(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
});

export const showQuestion = (
  row: QuestionRow,
  moduleId: string | undefined,
): z.infer<typeof questionAnswer> => ({
  id: row.id,
  moduleId: moduleId ?? null,
  sectionId: row.sectionId,
  assignmentId: row.assignmentId,
  position: row.position,
  kind: row.kind,
  prompt: row.prompt,
  options: row.options,
  // SAFETY: held against the kind when it was written.
  answer: row.answer as z.infer<typeof questionFields.answer>,
  points: row.points,
  explanation: row.explanation,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});
