import { and, asc, eq, getTableColumns, inArray, isNull, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { courseById } from "../catalog/statements.ts";
import { seatsTakenIn } from "../enrollment/statements.ts";
import { present } from "../kernel/columns.ts";
import { refuse } from "../kernel/error.ts";
import { afterPosition, type Position } from "../kernel/page.ts";
import { refusalBy } from "../kernel/rule.ts";
import { type Db, guard, isAnyOf, type Statement } from "../kernel/statement.ts";
import { type NewTask, newTask } from "../kernel/task.ts";
import { type CohortRow, isOpenCohort, OPEN_STATUSES } from "./rows.ts";
import { cohortCapacityLimit } from "./rules.ts";
import { lmsAnnouncements, lmsCohorts, lmsWaitingList } from "./schema.ts";
import { tellCohort } from "./tasks.ts";

export { type CohortRow, cohortById, isOpenCohort, OPEN_STATUSES } from "./rows.ts";

export type WaitingRow = typeof lmsWaitingList.$inferSelect;
export type CohortWithSeats = CohortRow & { seatsTaken: number };

const OPEN_SHOWN_MAX = 100;

/** A cohort that is over takes neither changes nor sessions. */
export const closedFault = (cohort: CohortRow, act: string) =>
  isOpenCohort(cohort)
    ? undefined
    : refuse(
        "INVALID_TRANSITION",
        `Cohort must be in scheduled or active status to ${act}; it is ${cohort.status}`,
        { more: { state: cohort.status } },
      );

/** What the cohort's object has no seat for is refused by the rule that it decides. */
export const noSeatLeft = ({ capacity }: Pick<CohortRow, "capacity">) =>
  refusalBy(cohortCapacityLimit, { cohort: { seatsTaken: capacity, capacity } });

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

const mine = (orgId: string) => present(lmsCohorts, orgId);

export const withSeats = {
  ...getTableColumns(lmsCohorts),
  seatsTaken: seatsTakenIn(sql`lms_cohorts.id`),
};

export const cohortWithSeats = (db: Db, orgId: string, cohortId: string) =>
  db
    .select(withSeats)
    .from(lmsCohorts)
    .where(and(mine(orgId), eq(lmsCohorts.id, cohortId)));

/** Whether a cohort has run its course. */
export const isCompletedCohort = (cohortId: SQL): SQL =>
  sql`exists (select 1 from lms_cohorts where id = ${cohortId} and status = 'completed')`;

/** Whether a cohort is neither over nor called off. */
export const isRunningCohort = (cohortId: SQL | SQLiteColumn): SQL =>
  sql`exists (select 1 from lms_cohorts where id = ${cohortId}
    and status in ('scheduled', 'active') and deleted_at is null)`;

/** Cohorts of a course that one may still enroll in, the next to start first. */
export const openCohortsOf = (db: Db, orgId: string, courseId: string | SQL) =>
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

/** Cohorts of all organizations in a status whose date has come, or is about to, the earliest first. */
export const cohortsTurning = (
  db: Db,
  status: "scheduled" | "active",
  { until, after, limit }: { until: string; after: Position | null; limit: number },
) => {
  const date = status === "scheduled" ? lmsCohorts.startDate : lmsCohorts.endDate;
  return db
    .select()
    .from(lmsCohorts)
    .where(
      and(
        status === "scheduled" ? sql`status = 'scheduled'` : sql`status = 'active'`,
        isNull(lmsCohorts.deletedAt),
        lte(date, until),
        afterPosition(after, [date, lmsCohorts.id]),
      ),
    )
    .orderBy(asc(date), asc(lmsCohorts.id))
    .limit(limit);
};

export const cohortIdsOfInstructor = (orgId: string | SQL, instructorId: string | SQL): SQL =>
  sql`(select id from lms_cohorts where organization_id = ${orgId}
    and instructor_id = ${instructorId})`;

/** Cohorts of the courses that a subquery of the taker's gives. */
export const cohortIdsOfCourses = (orgId: string, courseIds: SQL): SQL =>
  sql`(select id from lms_cohorts where organization_id = ${orgId} and course_id in ${courseIds})`;

/** A column of the cohort that another row names. */
export const ofCohort = (column: "name" | "timezone" | "instructor_id", cohortId: SQL): SQL =>
  sql`(select ${sql.identifier(column)} from lms_cohorts where id = ${cohortId})`;

/** The course id of a cohort that is read in the same batch. */
export const courseIdOf = (orgId: string, cohortId: string): SQL =>
  sql`(select course_id from lms_cohorts
    where id = ${cohortId} and organization_id = ${orgId})`;

export const courseOfCohort = (db: Db, orgId: string, cohortId: string) =>
  courseById(db, orgId, courseIdOf(orgId, cohortId));

export const cohortsAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({
      id: lmsCohorts.id,
      name: lmsCohorts.name,
      status: lmsCohorts.status,
      startDate: lmsCohorts.startDate,
      endDate: lmsCohorts.endDate,
      timezone: lmsCohorts.timezone,
      cancelReason: lmsCohorts.cancelReason,
    })
    .from(lmsCohorts)
    .where(and(eq(lmsCohorts.organizationId, orgId), isAnyOf(lmsCohorts.id, ids)));

export const announcementsAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({ id: lmsAnnouncements.id, body: lmsAnnouncements.body })
    .from(lmsAnnouncements)
    .where(and(eq(lmsAnnouncements.organizationId, orgId), isAnyOf(lmsAnnouncements.id, ids)));

/** Those who wait for a seat of a cohort, by their places: the learners named, or all. */
export const waitersIn = (db: Db, cohortId: string, learnerIds?: readonly string[]) =>
  db
    .select({ learnerId: lmsWaitingList.learnerId, place: lmsWaitingList.place })
    .from(lmsWaitingList)
    .where(
      and(
        eq(lmsWaitingList.cohortId, cohortId),
        learnerIds === undefined ? undefined : isAnyOf(lmsWaitingList.learnerId, learnerIds),
      ),
    )
    .orderBy(asc(lmsWaitingList.place), asc(lmsWaitingList.id));

/** Where a learner waits for a seat: in one course, or anywhere. */
export const waitsOf = (
  db: Db,
  orgId: string,
  { learnerId, courseId, limit }: { learnerId: string; courseId?: string; limit: number },
) =>
  db
    .select()
    .from(lmsWaitingList)
    .where(
      and(
        eq(lmsWaitingList.organizationId, orgId),
        eq(lmsWaitingList.learnerId, learnerId),
        courseId === undefined ? undefined : eq(lmsWaitingList.courseId, courseId),
      ),
    )
    .limit(limit);

/** A place in line as the cohort's object gave it; asked again it is the same. */
export const placeTaken = (db: Db, row: WaitingRow): Statement =>
  db
    .insert(lmsWaitingList)
    .values(row)
    .onConflictDoUpdate({
      target: [lmsWaitingList.cohortId, lmsWaitingList.learnerId],
      set: { place: row.place, updatedAt: row.updatedAt },
    });

export const placesGivenUp = (
  db: Db,
  orgId: string,
  places: readonly { id: string }[],
): Statement =>
  db.delete(lmsWaitingList).where(
    and(
      eq(lmsWaitingList.organizationId, orgId),
      isAnyOf(
        lmsWaitingList.id,
        places.map(({ id }) => id),
      ),
    ),
  );

/** Fails the batch where a learner waits no more. */
export const whileWaiting = (db: Db, orgId: string, place: { id: string }): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_waiting_list
      where id = ${place.id} and organization_id = ${orgId})`,
  );

/** Has the cohort's object look whether the learner's seat, or place in line, is free. */
export const cohortTold = (cohortId: string, learnerId: string): NewTask =>
  newTask(tellCohort, { subject: cohortId, payload: { learnerId } });

/** A learner's place in line for a seat of one cohort. */
export const waitIn = (db: Db, orgId: string, cohortId: string, learnerId: string) =>
  db
    .select()
    .from(lmsWaitingList)
    .where(
      and(
        eq(lmsWaitingList.cohortId, cohortId),
        eq(lmsWaitingList.learnerId, learnerId),
        eq(lmsWaitingList.organizationId, orgId),
      ),
    );

/** Which in line a learner is, from 1. */
export const positionOfWait = (db: Db, orgId: string, cohortId: string, learnerId: string) =>
  db
    .select({ position: sql<number>`count(*)` })
    .from(lmsWaitingList)
    .where(
      and(
        eq(lmsWaitingList.cohortId, cohortId),
        eq(lmsWaitingList.organizationId, orgId),
        sql`place <= (select mine.place from lms_waiting_list as mine
          where mine.cohort_id = ${cohortId} and mine.learner_id = ${learnerId})`,
      ),
    );

/** A page of those who wait for a cohort, the next to be offered a seat first. */
export const waitsIn = (db: Db, orgId: string, cohortId: string, limit: number) =>
  db
    .select({ id: lmsWaitingList.id, learnerId: lmsWaitingList.learnerId })
    .from(lmsWaitingList)
    .where(and(eq(lmsWaitingList.cohortId, cohortId), eq(lmsWaitingList.organizationId, orgId)))
    .orderBy(asc(lmsWaitingList.place), asc(lmsWaitingList.id))
    .limit(limit);
