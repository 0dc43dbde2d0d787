import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { present } from "../kernel/columns.ts";
import { type Db, insertMany, type Statement } from "../kernel/statement.ts";
import { type NewQuestion, type Question, sizeOf } from "./question.ts";
import { lmsQuizQuestions } from "./schema.ts";

export type QuestionRow = typeof lmsQuizQuestions.$inferSelect;

/** What asks the questions: a module, a section or an assignment. */
export type Quiz = { moduleId: string } | { sectionId: string } | { assignmentId: string };

export const quizOf = ({
  moduleId,
  sectionId,
  assignmentId,
}: {
  moduleId: string;
  sectionId?: string | undefined;
  assignmentId?: string | undefined;
}): Quiz => {
  if (assignmentId !== undefined) return { assignmentId };
  return sectionId === undefined ? { moduleId } : { sectionId };
};

export const ownerOf = (quiz: Quiz) => ({
  moduleId: "moduleId" in quiz ? quiz.moduleId : null,
  sectionId: "sectionId" in quiz ? quiz.sectionId : null,
  assignmentId: "assignmentId" in quiz ? quiz.assignmentId : null,
});

const ofQuiz = (quiz: Quiz): SQL => {
  if ("moduleId" in quiz) return eq(lmsQuizQuestions.moduleId, quiz.moduleId);
  if ("sectionId" in quiz) return eq(lmsQuizQuestions.sectionId, quiz.sectionId);
  return eq(lmsQuizQuestions.assignmentId, quiz.assignmentId);
};

/** A quiz's questions in their order. */
export const questionsOf = (db: Db, orgId: string, quiz: Quiz) =>
  db
    .select()
    .from(lmsQuizQuestions)
    .where(and(present(lmsQuizQuestions, orgId), ofQuiz(quiz)))
    .orderBy(asc(lmsQuizQuestions.position), asc(lmsQuizQuestions.id));

/** The questions of several quizzes, each quiz's in their order; `which` names columns of their table. */
export const questionsAmong = (db: Db, orgId: string, which: SQL) =>
  db
    .select()
    .from(lmsQuizQuestions)
    .where(and(present(lmsQuizQuestions, orgId), which))
    .orderBy(asc(lmsQuizQuestions.position), asc(lmsQuizQuestions.id));

export const questionById = (db: Db, orgId: string, questionId: string) =>
  db
    .select()
    .from(lmsQuizQuestions)
    .where(and(present(lmsQuizQuestions, orgId), eq(lmsQuizQuestions.id, questionId)));

export const asked = (row: QuestionRow): Question =>
  // SAFETY: options and answer were held against the kind when the row was written.
  ({
    id: row.id,
    kind: row.kind,
    prompt: row.prompt,
    options: row.options,
    answer: row.answer,
    points: row.points,
    explanation: row.explanation,
  }) as Question;

export const rowSize = (row: QuestionRow): number => sizeOf(asked(row));

type Ask = { db: Db; orgId: string; now: number; id: () => string };

export const questionRow = (
  question: NewQuestion,
  quiz: Quiz,
  { orgId, now, id, position }: Omit<Ask, "db"> & { position: number },
): QuestionRow => ({
  id: id(),
  organizationId: orgId,
  ...ownerOf(quiz),
  position,
  kind: question.kind,
  prompt: question.prompt,
  options: question.options,
  answer: question.answer,
  points: question.points,
  explanation: question.explanation ?? null,
  createdAt: now,
  updatedAt: now,
  deletedAt: null,
});

const { deletedAt: _, ...written } = getTableColumns(lmsQuizQuestions);

/** The questions that a new quiz's content brings, in their order. */
export const insertQuestions = (
  ask: Ask,
  quiz: Quiz,
  questions: readonly NewQuestion[] | undefined,
): Statement[] =>
  questions === undefined || questions.length === 0
    ? []
    : [
        insertMany(
          ask.db,
          lmsQuizQuestions,
          written,
          questions.map((one, at) => questionRow(one, quiz, { ...ask, position: at })),
        ),
      ];

/** A quiz without questions from now on; papers that were drawn keep theirs. */
export const deleteQuestions = ({ db, orgId, now }: Omit<Ask, "id">, quiz: Quiz): Statement =>
  db
    .update(lmsQuizQuestions)
    .set({ deletedAt: now, updatedAt: now })
    .where(and(present(lmsQuizQuestions, orgId), ofQuiz(quiz)));

/** The questions that changed content brings take the place of those before. */
export const replaceQuestions = (
  ask: Ask,
  quiz: Quiz,
  questions: readonly NewQuestion[] | undefined,
): Statement[] =>
  questions === undefined
    ? []
    : [deleteQuestions(ask, quiz), ...insertQuestions(ask, quiz, questions)];

/** Exercises among the sections that `which` picks by the columns of their own table that ask questions. */
export const exercisesAsking = (db: Db, orgId: string, which: SQL) =>
  db
    .select({ sectionId: sql<string>`section.id`.as("section_id") })
    .from(sql`lms_module_sections as section`)
    .where(
      sql`section.organization_id = ${orgId} and section.type = 'exercise' and ${which}
        and exists (select 1 from lms_quiz_questions as asked
          where asked.section_id = section.id and asked.deleted_at is null)`,
    );
