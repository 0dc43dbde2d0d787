import { and, asc, eq, getTableColumns, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { courseById } from "../catalog/statements.ts";
import { refuse } from "../kernel/error.ts";
import { type Db, guard, type Statement } from "../kernel/statement.ts";
import { lmsCohorts } from "./schema.ts";

export type CohortRow = typeof lmsCohorts.$inferSelect;
export type CohortWithSeats = CohortRow & { seatsTaken: number };

const OPEN_SHOWN_MAX = 100;

/** States in which a cohort takes learners and sessions. */
export const OPEN_STATUSES = ["scheduled", "active"] as const;

export const isOpenCohort = ({ status }: Pick<CohortRow, "status">): boolean =>
  status === "scheduled" || status === "active";

/** A cohort that is over takes neither changes nor sessions. */
export const closedFault = (cohort: CohortRow, act: string) =>
  isOpenCohort(cohort)
    ? undefined
    : refuse(
        "INVALID_TRANSITION",
        `Cohort must be in scheduled or active status to ${act}; it is ${cohort.status}`,
        { more: { state: cohort.status } },
      );

/** Fails the batch where the cohort has closed since it was read. */
export const whileOpen = (db: Db, orgId: string, cohortId: string): Statement =>
  guard(
    db,
    sql`exists (select 1 from ${lmsCohorts} where ${and(
      mine(orgId),
      eq(lmsCohorts.id, cohortId),
      inArray(lmsCohorts.status, [...OPEN_STATUSES]),
    )})`,
  );

const mine = (orgId: string) =>
  and(eq(lmsCohorts.organizationId, orgId), isNull(lmsCohorts.deletedAt));

export const cohortById = (db: Db, orgId: string, cohortId: string | SQL) =>
  db
    .select()
    .from(lmsCohorts)
    .where(and(mine(orgId), eq(lmsCohorts.id, cohortId)));

/** As D1 counts them: active, completed, and pending ones whose seat is still held. */
const seatsTaken = sql<number>`(select count(*) from lms_enrollments as taken
  where taken.cohort_id = lms_cohorts.id and (taken.status in ('active', 'completed')
    or (taken.status = 'pending-payment' and taken.seat_until > unixepoch('subsec') * 1000)))`.as(
  "seats_taken",
);
export const withSeats = { ...getTableColumns(lmsCohorts), seatsTaken };

export const cohortWithSeats = (db: Db, orgId: string, cohortId: string) =>
  db
    .select(withSeats)
    .from(lmsCohorts)
    .where(and(mine(orgId), eq(lmsCohorts.id, cohortId)));

/** Cohorts of a course that one may still enroll in, the next to start first. */
export const openCohortsOf = (db: Db, orgId: string, courseId: string) =>
  db
    .select(withSeats)
    .from(lmsCohorts)
    .where(
      and(
        mine(orgId),
        eq(lmsCohorts.courseId, courseId),
        inArray(lmsCohorts.status, [...OPEN_STATUSES]),
      ),
    )
    .orderBy(asc(lmsCohorts.startDate), asc(lmsCohorts.id))
    .limit(OPEN_SHOWN_MAX);

/** How many learners the cohort has, and how many of them are done. */
export const enrolledIn = (db: Db, orgId: string, cohortId: string) =>
  db
    .select({
      enrolled: sql<number>`count(*)`,
      completed: sql<number>`coalesce(sum(status = 'completed'), 0)`,
    })
    .from(sql`lms_enrollments`)
    .where(
      sql`organization_id = ${orgId} and cohort_id = ${cohortId}
        and status in ('active', 'completed')`,
    );

/** The course id of a cohort that is read in the same batch. */
export const courseIdOf = (orgId: string, cohortId: string): string =>
  idOf(sql`(select course_id from lms_cohorts
    where id = ${cohortId} and organization_id = ${orgId})`);

export const courseOfCohort = (db: Db, orgId: string, cohortId: string) =>
  courseById(db, orgId, courseIdOf(orgId, cohortId));

/** An id that a row of the same batch knows, for a statement of another context that takes an id. */
export function idOf(query: SQL): string {
  // SAFETY: drizzle puts an SQL where it would bind a value.
  return query as unknown as string;
}
