import { and, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { moduleIdOfSection } from "../catalog/statements.ts";
import type { Db } from "../kernel/statement.ts";
import type { Given, Question } from "./question.ts";
import { lmsQuizAttempts } from "./schema.ts";
import { percentOf } from "./score.ts";

type Row = typeof lmsQuizAttempts.$inferSelect;

/** An attempt with the paper that it pinned and the answers saved so far. */
export type Attempt = Omit<Row, "paper" | "answers"> & {
  paper: Question[];
  answers: Record<string, Given>;
};

export type AttemptRow = Row & { inModuleId: string };

// SAFETY: paper and answers were held against their schemas when they were written.
export const attemptOf = (row: Row): Attempt => row as Attempt;

const quizId = sql`coalesce(module_id, section_id, assignment_id)`;

/** `inModuleId` is the module whose quiz it is, or whose section's or assignment's. */
const columns = (orgId: string) => ({
  ...getTableColumns(lmsQuizAttempts),
  inModuleId: sql<string>`coalesce(lms_quiz_attempts.module_id,
      ${moduleIdOfSection(orgId, sql`lms_quiz_attempts.section_id`)},
      (select module_id from lms_assignments where id = lms_quiz_attempts.assignment_id))`.as(
    "in_module_id",
  ),
});

export const attemptById = (db: Db, orgId: string, attemptId: string) =>
  db
    .select(columns(orgId))
    .from(lmsQuizAttempts)
    .where(and(eq(lmsQuizAttempts.organizationId, orgId), eq(lmsQuizAttempts.id, attemptId)));

/** A column of an attempt, for reads of the same batch. */
export const ofAttempt = (
  column: "enrollment_id" | "module_id" | "section_id" | "assignment_id" | "quiz_id",
  orgId: string,
  attemptId: string,
): SQL =>
  sql`(select ${column === "quiz_id" ? quizId : sql.identifier(column)} from lms_quiz_attempts
    where id = ${attemptId} and organization_id = ${orgId})`;

type Taken = { enrollmentId: string | SQL; quizId: string | SQL };

const takenBy = (orgId: string, taken: Taken) =>
  and(
    eq(lmsQuizAttempts.enrollmentId, taken.enrollmentId),
    sql`${quizId} = ${taken.quizId}`,
    eq(lmsQuizAttempts.organizationId, orgId),
  );

export const latestAttempt = (db: Db, orgId: string, taken: Taken) =>
  db
    .select(columns(orgId))
    .from(lmsQuizAttempts)
    .where(takenBy(orgId, taken))
    .orderBy(desc(lmsQuizAttempts.attemptNumber))
    .limit(1);

/** How often a quiz was taken in an enrollment, and how well at best; one row, even of nothing. */
export const triedSoFar = (db: Db, orgId: string, taken: Taken) =>
  db
    .select({
      used: sql<number>`coalesce(max(attempt_number), 0)`,
      passed: sql<number>`coalesce(max(passed), 0)`,
      best: sql<number | null>`max(score * 100.0 / max_score)`,
      open: sql<number>`coalesce(max(status = 'open'), 0)`,
    })
    .from(lmsQuizAttempts)
    .where(takenBy(orgId, taken));

export type Tried = { used: number; passed: number; best: number | null; open: number };
export const UNTRIED: Tried = { used: 0, passed: 0, best: null, open: 0 };

/** What was tried, with one more attempt graded. */
export const triedWith = (
  tried: Tried,
  graded: Pick<Row, "score" | "maxScore" | "passed">,
): Tried => ({
  ...tried,
  open: 0,
  passed: Math.max(tried.passed, Number(graded.passed ?? false)),
  best: Math.max(tried.best ?? 0, ((graded.score ?? 0) * 100) / (graded.maxScore || 1)),
});

export type Limits = { attemptsMax: number | null; masteryScore: number | null };

/** A quiz is done with once it is passed, with the mastery that its module asks for. */
export const isDone = (
  { passed, best }: Tried,
  { masteryScore }: Pick<Limits, "masteryScore">,
): boolean => passed === 1 && percentOf(best ?? 0, 100) >= (masteryScore ?? 0);

/** Whether what is right has to stay on the server: the learner is at it, or may try again. */
export const mayStillTry = (tried: Tried, limits: Limits): boolean =>
  tried.open === 1 ||
  (!isDone(tried, limits) && (limits.attemptsMax === null || tried.used < limits.attemptsMax));

/** Past its deadline an attempt takes no answer, whoever has handed it in or has not yet. */
export const isOverdue = (
  { status, deadlineAt }: Pick<Row, "status" | "deadlineAt">,
  now: number,
): boolean => status === "open" && deadlineAt !== null && deadlineAt <= now;
