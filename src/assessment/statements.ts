import { and, asc, desc, eq, getTableColumns, isNotNull, type SQL, sql } from "drizzle-orm";
import { present } from "../kernel/columns.ts";
import { type Db, guard, insertManyInParts, isAnyOf, type Statement } from "../kernel/statement.ts";
import { HOUR } from "../kernel/time.ts";
import type { QuestionRow } from "./question-rows.ts";
import { lmsAssignments, lmsPeerReviews, lmsQuizQuestions, lmsSubmissions } from "./schema.ts";

export { dueAtOf } from "./lateness.ts";
export { type NewQuestion, newQuestions, type Question, typedQuestion } from "./question.ts";
export {
  asked,
  deleteQuestions,
  exercisesAsking,
  insertQuestions,
  type QuestionRow,
  questionsAmong,
  replaceQuestions,
} from "./question-rows.ts";
export { termsOf } from "./quiz-terms.ts";

export type AssignmentRow = typeof lmsAssignments.$inferSelect;
export type SubmissionRow = typeof lmsSubmissions.$inferSelect;
export type PeerReviewRow = typeof lmsPeerReviews.$inferSelect;

type IdOf = string | SQL;

/** Assignments and questions that come with a whole course. */
export const insertAssessments = (
  db: Db,
  of: { assignments: readonly AssignmentRow[]; questions: readonly QuestionRow[] },
): Statement[] => [
  ...insertManyInParts(db, lmsAssignments, getTableColumns(lmsAssignments), of.assignments),
  ...insertManyInParts(db, lmsQuizQuestions, getTableColumns(lmsQuizQuestions), of.questions),
];

/** What leads to the assignments of a course, without their instructions. */
export const assignmentLinesOf = (db: Db, orgId: string, courseId: string) =>
  db
    .select({
      id: lmsAssignments.id,
      moduleId: lmsAssignments.moduleId,
      title: lmsAssignments.title,
      type: lmsAssignments.type,
      absoluteDueDate: lmsAssignments.absoluteDueDate,
    })
    .from(lmsAssignments)
    .where(and(present(lmsAssignments, orgId), eq(lmsAssignments.courseId, courseId)))
    .orderBy(asc(lmsAssignments.id));

export const assignmentsWhere = (db: Db, orgId: string, which: SQL) =>
  db
    .select()
    .from(lmsAssignments)
    .where(and(present(lmsAssignments, orgId), which))
    .orderBy(asc(lmsAssignments.id));

export const assignmentById = (db: Db, orgId: string, assignmentId: IdOf) =>
  db
    .select()
    .from(lmsAssignments)
    .where(and(present(lmsAssignments, orgId), eq(lmsAssignments.id, assignmentId)));

/** The assignment that work was handed in for, deleted or not: the work stays. */
export const assignmentOfSubmission = (db: Db, orgId: string, submissionId: IdOf) =>
  db
    .select()
    .from(lmsAssignments)
    .where(
      and(
        eq(lmsAssignments.organizationId, orgId),
        eq(lmsAssignments.id, assignmentIdOf(orgId, submissionId)),
      ),
    );

export const submissionById = (db: Db, orgId: string, submissionId: IdOf) =>
  db
    .select()
    .from(lmsSubmissions)
    .where(and(present(lmsSubmissions, orgId), eq(lmsSubmissions.id, submissionId)));

/** Parents of rows that are read in the same batch. */
export const courseIdOfAssignment = (orgId: string, assignmentId: IdOf): SQL =>
  sql`(select course_id from lms_assignments where organization_id = ${orgId}
    and id = ${assignmentId})`;
export const moduleIdOfAssignment = (orgId: string, assignmentId: IdOf): SQL =>
  sql`(select module_id from lms_assignments where organization_id = ${orgId}
    and id = ${assignmentId})`;
export const assignmentIdOf = (orgId: string, submissionId: IdOf): SQL =>
  sql`(select assignment_id from lms_submissions where organization_id = ${orgId}
    and id = ${submissionId})`;
export const courseIdOfSubmission = (orgId: string, submissionId: IdOf): SQL =>
  courseIdOfAssignment(orgId, assignmentIdOf(orgId, submissionId));

/** An enrollment's attempts at an assignment, the last one first. */
export const attemptsAt = (
  db: Db,
  orgId: string,
  { assignmentId, enrollmentId }: { assignmentId: IdOf; enrollmentId: IdOf },
) =>
  db
    .select()
    .from(lmsSubmissions)
    .where(
      and(
        present(lmsSubmissions, orgId),
        eq(lmsSubmissions.assignmentId, assignmentId),
        eq(lmsSubmissions.enrollmentId, enrollmentId),
      ),
    )
    .orderBy(desc(lmsSubmissions.attemptNumber));

/**
 * The assignments of an enrollment's course with the score that counts of each, the best after penalties;
 * null where nothing is graded; a quiz is taken, all else handed in. `passed` is whether it reaches the passing score.
 */
export const bestSubmissionsOf = (db: Db, orgId: string, enrollmentId: string | SQL) => {
  const handed = sql`(select max(final_score) from lms_submissions as handed
    where handed.assignment_id = lms_assignments.id and handed.enrollment_id = ${enrollmentId}
    and handed.organization_id = ${orgId} and handed.deleted_at is null)`;
  const taken = sql`(select max(score / taken.max_score) from lms_quiz_attempts as taken
    where taken.enrollment_id = ${enrollmentId} and taken.status = 'graded'
    and coalesce(taken.module_id, taken.section_id, taken.assignment_id) = lms_assignments.id)`;
  const best = sql<number | null>`iif(lms_assignments.type = 'quiz',
    cast(lms_assignments.max_score * ${taken} * 100 + 1e-6 as integer) / 100.0, ${handed})`;
  return db
    .select({
      assignmentId: lmsAssignments.id,
      moduleId: lmsAssignments.moduleId,
      title: lmsAssignments.title,
      maxScore: lmsAssignments.maxScore,
      passingScore: lmsAssignments.passingScore,
      bestScore: best.as("best_score"),
      passed: sql<boolean>`coalesce(${best} >= passing_score, 0)`.mapWith(Boolean).as("passed"),
    })
    .from(lmsAssignments)
    .where(
      and(
        present(lmsAssignments, orgId),
        sql`${lmsAssignments.courseId} = (select course_id from lms_enrollments
          where organization_id = ${orgId} and id = ${enrollmentId})`,
      ),
    )
    .orderBy(asc(lmsAssignments.id));
};

/** Where the submissions of a course stand to be graded, from now on. */
export const submissionsTaughtBy = (
  db: Db,
  orgId: string,
  courseId: string,
  instructorId: string,
): Statement =>
  db
    .update(lmsSubmissions)
    .set({ instructorId })
    .where(
      and(
        eq(lmsSubmissions.organizationId, orgId),
        sql`assignment_id in (select id from lms_assignments
          where organization_id = ${orgId} and course_id = ${courseId})`,
      ),
    );

/** Fails the batch where an assignment has been changed or deleted since it was read. */
export const whileUnchanged = (db: Db, assignment: AssignmentRow): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_assignments where id = ${assignment.id}
      and organization_id = ${assignment.organizationId} and version = ${assignment.version}
      and deleted_at is null)`,
  );

/** What one peer is, or was, asked to say of a submission; `deletedAt` is when it was no longer wanted. */
export const peerReviewOf = (db: Db, orgId: string, submissionId: IdOf, reviewerId: string) =>
  db
    .select()
    .from(lmsPeerReviews)
    .where(
      and(
        eq(lmsPeerReviews.organizationId, orgId),
        eq(lmsPeerReviews.submissionId, submissionId),
        eq(lmsPeerReviews.reviewerId, reviewerId),
      ),
    );

/** What its peers have said of a submission. */
export const scoredReviewsOf = (db: Db, orgId: string, submissionId: IdOf) =>
  db
    .select()
    .from(lmsPeerReviews)
    .where(
      and(
        present(lmsPeerReviews, orgId),
        eq(lmsPeerReviews.submissionId, submissionId),
        isNotNull(lmsPeerReviews.score),
      ),
    )
    .orderBy(asc(lmsPeerReviews.id));

/** What is said of assignments and work to people, by their ids. */
export const assignmentsAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({ id: lmsAssignments.id, title: lmsAssignments.title })
    .from(lmsAssignments)
    .where(and(eq(lmsAssignments.organizationId, orgId), isAnyOf(lmsAssignments.id, ids)));

export const submissionsAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({
      id: lmsSubmissions.id,
      status: lmsSubmissions.status,
      penaltyPct: lmsSubmissions.penaltyPct,
      feedback: lmsSubmissions.feedback,
    })
    .from(lmsSubmissions)
    .where(and(eq(lmsSubmissions.organizationId, orgId), isAnyOf(lmsSubmissions.id, ids)));

type Due = {
  assignmentId: string;
  enrollmentId: string;
  courseId: string;
  moduleId: string | null;
  title: string;
  dueAt: number;
};

/** What is due of several enrollments in a span of time and not handed in, the next first; due as `dueAtOf` has it. */
export const dueAmong = (
  db: Db,
  orgId: string,
  enrollmentIds: SQL,
  { from, until, limit }: { from: number; until: number; limit: number },
) => {
  const dueAt = sql`coalesce(coalesce(e.activated_at, e.enrolled_at)
    + a.due_hours_after_enrollment * ${sql.raw(String(HOUR))}, a.absolute_due_date)`;
  return db.all<Due>(sql`select a.id as assignmentId, e.id as enrollmentId, a.course_id as courseId,
      a.module_id as moduleId, a.title as title, ${dueAt} as dueAt
    from lms_enrollments as e cross join lms_assignments as a
    where e.id in ${enrollmentIds} and e.organization_id = ${orgId}
      and a.organization_id = ${orgId} and a.course_id = e.course_id and a.deleted_at is null
      and ${dueAt} between ${from} and ${until}
      and not exists (select 1 from lms_submissions as s
        where s.assignment_id = a.id and s.enrollment_id = e.id)
      and not exists (select 1 from lms_quiz_attempts as q where q.enrollment_id = e.id
        and coalesce(q.module_id, q.section_id, q.assignment_id) = a.id and q.status <> 'open')
    order by dueAt, a.id limit ${limit}`);
};
