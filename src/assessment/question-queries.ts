import { and, asc, or, sql } from "drizzle-orm";
import * as z from "zod";
import {
  authoredModule,
  courseAuthorBy,
  courseAuthors,
  courseById,
  courseIdOfModule,
} from "../catalog/statements.ts";
import { present } from "../kernel/columns.ts";
import { id } from "../kernel/id.ts";
import { afterCursor, pageFault, pageInput, pageOf, pageOutput, windowOf } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { questionAnswer, showQuestion } from "./question-shown.ts";
import { lmsQuizQuestions } from "./schema.ts";

const { position, id: questionId } = lmsQuizQuestions;
/** The module's own quiz first, then those of its sections and assignments, each in its order. */
const order = [sql<string>`coalesce(section_id, assignment_id, '')`, position, questionId];

export const instructorQuestions = query({
  type: "lms.instructor.questions",
  summary: "A module's questions with their answers: its own, its sections' and its assignments'",
  input: z.strictObject({ ...pageInput, moduleId: id }),
  output: pageOutput(questionAnswer),
  permission: courseAuthorBy,
  fault: pageFault,
  read: ({ db, input, actor: { orgId } }) => {
    const { limit, offset } = windowOf(input);
    const { moduleId, cursor } = input;
    return {
      module: found("Module", authoredModule(db, orgId, moduleId)),
      course: found("Module", courseById(db, orgId, courseIdOfModule(orgId, moduleId))),
      questions: db
        .select()
        .from(lmsQuizQuestions)
        .where(
          and(
            present(lmsQuizQuestions, orgId),
            or(
              sql`module_id = ${moduleId}`,
              sql`section_id in (select id from lms_module_sections
                where module_id = ${moduleId} and deleted_at is null)`,
              sql`assignment_id in (select id from lms_assignments
                where module_id = ${moduleId} and deleted_at is null)`,
            ),
            afterCursor(cursor, order, "asc"),
          ),
        )
        .orderBy(...order.map((column) => asc(column)))
        .limit(limit)
        .offset(offset),
    };
  },
  own: courseAuthors,
  answer: ({ questions }, { input }) =>
    pageOf(
      input,
      questions,
      (row) => [row.sectionId ?? row.assignmentId ?? "", row.position, row.id],
      (row) => showQuestion(row, input.moduleId),
    ),
});
