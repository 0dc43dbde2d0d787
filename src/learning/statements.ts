import { and, eq, type SQL, sql } from "drizzle-orm";
import { type At, prepared } from "../kernel/prepared.ts";
import type { Db } from "../kernel/statement.ts";
import { lmsModuleProgress, lmsSectionProgress } from "./schema.ts";

export type ModuleProgressRow = typeof lmsModuleProgress.$inferSelect;
export type SectionProgressRow = typeof lmsSectionProgress.$inferSelect;

export { completionOf } from "./completion.ts";
export { notOpen } from "./permissions.ts";
export { lockOf } from "./progress.ts";
export { enrollmentRef, ONE_REF, oneRef } from "./ref.ts";
export { moduleStart, type Started } from "./start.ts";
export { learnedToday, quizScored } from "./writes.ts";

export const moduleProgressOf = prepared((db, orgId: At<string>, enrollmentId: At<string | SQL>) =>
  db
    .select()
    .from(lmsModuleProgress)
    .where(
      and(
        eq(lmsModuleProgress.organizationId, orgId),
        eq(lmsModuleProgress.enrollmentId, enrollmentId),
      ),
    ),
);

/** How far several enrollments have come in each module. */
export const moduleStatusesAmong = (db: Db, orgId: string, enrollmentIds: SQL) =>
  db
    .select({
      enrollmentId: lmsModuleProgress.enrollmentId,
      moduleId: lmsModuleProgress.moduleId,
      status: lmsModuleProgress.status,
    })
    .from(lmsModuleProgress)
    .where(
      and(
        eq(lmsModuleProgress.organizationId, orgId),
        sql`${lmsModuleProgress.enrollmentId} in ${enrollmentIds}`,
      ),
    );

export const sectionProgressOf = (db: Db, orgId: string, enrollmentId: string | SQL) =>
  db
    .select()
    .from(lmsSectionProgress)
    .where(
      and(
        eq(lmsSectionProgress.organizationId, orgId),
        eq(lmsSectionProgress.enrollmentId, enrollmentId),
      ),
    );

/** What a learner's days give of each day, in the order in which `learningByDay` selects them. */
export const LEARNING_FIGURES = [
  "activeLearners",
  "newInMonth",
  "timeSpentSec",
  "modulesCompleted",
] as const;

/**
 * Of each day (`days` is a condition on `one.day`) the learners who were active, those of them who had not
 * been before in its month, the seconds they spent and the modules completed: in all, of a course, or by course.
 * The plus keeps SQLite from walking all days in the order of courses to spare itself a sort.
 */
export function learningByDay(
  orgId: string,
  { days, by, courseId }: { days: SQL; by: "organization" | "course"; courseId?: string },
): SQL {
  const course = by === "course" ? sql`one.course_id` : sql`''`;
  const sameCourse = by === "course" ? sql`and earlier.course_id = one.course_id` : sql``;
  const active = sql`iif(one.active, one.learner_id, null)`;
  return sql`select ${course} as course_id, one.day as day, count(distinct ${active}) as active_learners,
      count(distinct iif(not exists (select 1 from lms_learning_days as earlier
        where earlier.organization_id = one.organization_id and earlier.learner_id = one.learner_id
          and earlier.day >= substr(one.day, 1, 8) || '01' and earlier.day < one.day
          and earlier.active ${sameCourse}), ${active}, null)) as new_in_month,
      sum(one.time_spent_sec) as time_spent_sec, sum(one.modules_completed) as modules_completed
    from lms_learning_days as one
    where one.organization_id = ${orgId} and ${days}
      ${courseId === undefined ? sql`` : sql`and one.course_id = ${courseId}`}
    group by ${by === "course" ? sql`+one.course_id, one.day` : sql`one.day`}`;
}
