import { and, asc, desc, eq, gt, gte, inArray, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { courseIdOf } from "../catalog/statements.ts";
import { displayNameOf } from "../identity/statements.ts";
import type { Actor } from "../kernel/permission.ts";
import { type At, prepared } from "../kernel/prepared.ts";
import {
  type Db,
  guard,
  guardOneChanged,
  isAnyOf,
  revise,
  type Statement,
} from "../kernel/statement.ts";
import { lmsEnrollments } from "./schema.ts";
import type { Moved } from "./transitions.ts";

export type EnrollmentRow = typeof lmsEnrollments.$inferSelect;

export const enrollmentById = prepared((db, orgId: At<string>, enrollmentId: At<string | SQL>) =>
  db
    .select()
    .from(lmsEnrollments)
    .where(and(eq(lmsEnrollments.organizationId, orgId), eq(lmsEnrollments.id, enrollmentId))),
);

/** A learner has one enrollment in a course for ever, in whatever status. */
export const enrollmentOf = prepared(
  (db, orgId: At<string | SQL>, learnerId: At<string | SQL>, courseId: At<string | SQL>) =>
    db
      .select()
      .from(lmsEnrollments)
      .where(
        and(
          eq(lmsEnrollments.organizationId, orgId),
          eq(lmsEnrollments.learnerId, learnerId),
          eq(lmsEnrollments.courseId, courseId),
        ),
      ),
);

/** Whether it opens the course's content: a completed one for ever, an active one until its access ends. */
export const isOpen = (
  enrollment: Pick<EnrollmentRow, "status" | "expiresAt"> | undefined,
  now: number,
): boolean =>
  enrollment?.status === "completed" ||
  (enrollment?.status === "active" &&
    (enrollment.expiresAt === null || enrollment.expiresAt > now));

/** Whether it stands in the course's count of enrolled learners. */
export const isCounted = ({ status }: Pick<EnrollmentRow, "status">): boolean =>
  status === "active" || status === "completed";

export const anyActiveEnrollment = (db: Db, orgId: string, courseId: string) =>
  db
    .select({ id: lmsEnrollments.id })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.organizationId, orgId),
        eq(lmsEnrollments.courseId, courseId),
        eq(lmsEnrollments.status, "active"),
      ),
    )
    .limit(1);

/** What a learner is at, the newest first. */
export const currentEnrollmentsOf = (db: Db, orgId: string, learnerId: string, limit: number) =>
  db
    .select()
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.organizationId, orgId),
        eq(lmsEnrollments.learnerId, learnerId),
        eq(lmsEnrollments.status, "active"),
      ),
    )
    .orderBy(desc(lmsEnrollments.id))
    .limit(limit);

/** A column of the rows that `currentEnrollmentsOf` gives, for what is read in the same batch. */
export const ofCurrentEnrollments = (
  column: "id" | "course_id" | "cohort_id",
  orgId: string,
  learnerId: string,
  limit: number,
): SQL => sql`(select ${sql.raw(column)} from lms_enrollments where organization_id = ${orgId}
  and learner_id = ${learnerId} and status = 'active' order by id desc limit ${limit})`;

/** What a decision changed of the row, and a version for each of its events. */
export const enrollmentMoved = (db: Db, before: EnrollmentRow, moved: Moved, now: number) => {
  const changed = Object.entries(moved.row).filter(
    ([name, value]) => before[name as keyof EnrollmentRow] !== value,
  );
  const events = moved.events.length;
  return revise(db, lmsEnrollments, before, Object.fromEntries(changed), { now, events });
};

export { activated, type Moved, progressed, refunded } from "./transitions.ts";

/** An enrollment by its id, or the actor's own in a course that is given by id or slug. */
export type EnrollmentRef = { enrollmentId?: string | undefined; course?: string | undefined };

export const enrollmentIdOf = (actor: Actor, ref: EnrollmentRef): SQL =>
  ref.enrollmentId !== undefined
    ? sql`${ref.enrollmentId}`
    : sql`(select id from lms_enrollments where organization_id = ${actor.orgId}
        and learner_id = ${actor.id} and course_id = ${courseIdOf(actor.orgId, ref.course ?? "")})`;

export const courseIdOfEnrollment = (actor: Actor, ref: EnrollmentRef): SQL =>
  ref.enrollmentId === undefined
    ? courseIdOf(actor.orgId, ref.course ?? "")
    : sql`(select course_id from lms_enrollments
        where organization_id = ${actor.orgId} and id = ${ref.enrollmentId})`;

export const cohortIdOfEnrollment = (orgId: string, enrollmentId: string): SQL =>
  sql`(select cohort_id from lms_enrollments
    where organization_id = ${orgId} and id = ${enrollmentId})`;

export const courseIdWithin = (orgId: string, enrollmentId: SQL): SQL =>
  sql`(select course_id from lms_enrollments
    where organization_id = ${orgId} and id = ${enrollmentId})`;

/** A learner's enrollments that are paid for or learned in, a page by id. */
export const unfinishedOf = (
  db: Db,
  orgId: string,
  learnerId: string,
  { after, limit }: { after: string; limit: number },
) =>
  db
    .select({ id: lmsEnrollments.id })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.organizationId, orgId),
        eq(lmsEnrollments.learnerId, learnerId),
        inArray(lmsEnrollments.status, ["pending-payment", "active"]),
        gt(lmsEnrollments.id, after),
      ),
    )
    .orderBy(asc(lmsEnrollments.id))
    .limit(limit);

/** Cohorts that a learner is or was in. */
export const cohortIdsOfLearner = (orgId: string, learnerId: string): SQL =>
  sql`(select cohort_id from lms_enrollments where organization_id = ${orgId}
    and learner_id = ${learnerId} and cohort_id is not null)`;

/** Cohorts whose sessions a learner may join. */
export const cohortIdsAttended = (orgId: string | SQL, learnerId: string | SQL): SQL =>
  sql`(select cohort_id from lms_enrollments where organization_id = ${orgId}
    and learner_id = ${learnerId} and cohort_id is not null and status in ('active', 'completed'))`;

/** Who of these learners attends which cohort, by the name that others see. */
export const attendingAmong = (
  db: Db,
  orgId: string,
  learnerIds: readonly string[],
  isAttended: (cohortId: SQLiteColumn) => SQL,
) =>
  db
    .select({
      userId: lmsEnrollments.learnerId,
      cohortId: sql<string>`${lmsEnrollments.cohortId}`,
      name: sql<string>`coalesce(${displayNameOf(orgId, lmsEnrollments.learnerId)}, '')`,
    })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.organizationId, orgId),
        isAnyOf(lmsEnrollments.learnerId, learnerIds),
        inArray(lmsEnrollments.status, ["active", "completed"]),
        isAttended(lmsEnrollments.cohortId),
      ),
    );

export const enrollmentIdsOfLearner = (orgId: string, learnerId: string): SQL =>
  sql`(select id from lms_enrollments where organization_id = ${orgId}
    and learner_id = ${learnerId})`;

export const learnerIdOfEnrollment = (orgId: string, enrollmentId: SQL): SQL =>
  sql`(select learner_id from lms_enrollments
    where organization_id = ${orgId} and id = ${enrollmentId})`;

/** A learner's enrollment in a course that a row of the same batch knows. */
export const enrollmentIdIn = (orgId: string, learnerId: string, courseId: string | SQL): SQL =>
  sql`(select id from lms_enrollments where organization_id = ${orgId}
    and learner_id = ${learnerId} and course_id = ${courseId})`;

/** Whole seconds: D1 binds a number as a real one, whose division leaves a fraction. */
export const secondsCounted = (reportedSec: number, now: number, since: SQL): SQL =>
  sql`cast(min(${reportedSec}, max(0, (${now} - ${since}) / 1000)) as integer)`;

/** Moves the enrollment's one clock on: what is reported counts up to the time that went by since. */
export const timeReported = (db: Db, enrollment: EnrollmentRow, reportedSec: number, now: number) =>
  db
    .update(lmsEnrollments)
    .set({
      timeSpentSec: sql`time_spent_sec + ${secondsCounted(
        reportedSec,
        now,
        sql`coalesce(reported_at, activated_at, ${now})`,
      )}`,
      reportedAt: sql`max(coalesce(reported_at, 0), ${now})`,
      lastAccessedAt: now,
    })
    .where(
      and(
        eq(lmsEnrollments.id, enrollment.id),
        eq(lmsEnrollments.organizationId, enrollment.organizationId),
      ),
    );

/** Seconds that a report made now may count for. */
export const secondsToCount = (
  enrollment: Pick<EnrollmentRow, "reportedAt" | "activatedAt">,
  reportedSec: number,
  now: number,
): number => {
  const since = enrollment.reportedAt ?? enrollment.activatedAt ?? now;
  return Math.min(reportedSec, Math.max(0, Math.floor((now - since) / 1_000)));
};

/** Its certificate, as the certificate's own batch says; no change of the enrollment's state. */
export const certificateLinked = (db: Db, enrollment: EnrollmentRow, certificateId: string) =>
  db
    .update(lmsEnrollments)
    .set({ certificateId })
    .where(
      and(
        eq(lmsEnrollments.id, enrollment.id),
        eq(lmsEnrollments.organizationId, enrollment.organizationId),
      ),
    );

/**
 * Seats of a cohort as D1 counts them: active, completed, and pending ones whose hold has not ended;
 * `cohortId` is qualified by its table, for the count has an id of its own.
 */
export const seatsTakenIn = (cohortId: SQL): SQL.Aliased<number> =>
  sql<number>`(select count(*) from lms_enrollments as taken
    where taken.cohort_id = ${cohortId} and (taken.status in ('active', 'completed')
      or (taken.status = 'pending-payment' and taken.seat_until > unixepoch('subsec') * 1000)))`.as(
    "seats_taken",
  );

/** How many learners a cohort has, and how many of them are done. */
export const enrolledIn = (db: Db, orgId: string, cohortId: string) =>
  db
    .select({
      enrolled: sql<number>`count(*)`,
      completed: sql<number>`coalesce(sum(status = 'completed'), 0)`,
    })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.organizationId, orgId),
        eq(lmsEnrollments.cohortId, cohortId),
        inArray(lmsEnrollments.status, ["active", "completed"]),
      ),
    );

/** A page of a cohort's enrollments in one status, by id. */
export const enrollmentsInCohort = (
  db: Db,
  orgId: string,
  {
    cohortId,
    status,
    after,
    limit,
  }: { cohortId: string; status: EnrollmentRow["status"]; after: string | null; limit: number },
) =>
  db
    .select({
      id: lmsEnrollments.id,
      status: lmsEnrollments.status,
      pricePaidAmount: lmsEnrollments.pricePaidAmount,
    })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.cohortId, cohortId),
        eq(lmsEnrollments.status, status),
        after === null ? undefined : gt(lmsEnrollments.id, after),
        eq(lmsEnrollments.organizationId, orgId),
      ),
    )
    .orderBy(asc(lmsEnrollments.id))
    .limit(limit);

/** A column of the enrollment that another row names. */
export const ofEnrollment = (column: "course_id" | "cohort_id", enrollmentId: SQL): SQL =>
  sql`(select ${sql.identifier(column)} from lms_enrollments where id = ${enrollmentId})`;

/** Whether the access that began at `activatedAt` is over: ended, given up, or begun anew since. */
export const isAccessOver = (enrollmentId: SQL, activatedAt: SQL): SQL =>
  sql`exists (select 1 from lms_enrollments where id = ${enrollmentId}
    and (status <> 'active' or activated_at is not ${activatedAt}))`;

/** The enrollments that keep a cohort's seat at `askedAt`: of the learners named, or of all. */
export const seatClaims = (
  db: Db,
  cohortId: string,
  { askedAt, learnerIds }: { askedAt: number; learnerIds?: readonly string[] },
) =>
  db
    .select({
      learnerId: lmsEnrollments.learnerId,
      enrollmentId: lmsEnrollments.id,
      seatUntil: sql<number | null>`iif(status = 'pending-payment', seat_until, null)`,
    })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.cohortId, cohortId),
        learnerIds === undefined ? undefined : isAnyOf(lmsEnrollments.learnerId, learnerIds),
        or(
          inArray(lmsEnrollments.status, ["active", "completed"]),
          and(eq(lmsEnrollments.status, "pending-payment"), gt(lmsEnrollments.seatUntil, askedAt)),
        ),
      ),
    );

/** Fails the batch where somebody is learning in a course. */
export const whileNobodyLearns = (db: Db, orgId: string, courseId: string): Statement =>
  guard(
    db,
    sql`not exists (select 1 from lms_enrollments where organization_id = ${orgId}
      and course_id = ${courseId} and status = 'active')`,
  );

/** Fails the batch where an enrollment is no longer active or completed. */
export const whileCounted = (db: Db, enrollment: EnrollmentRow): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_enrollments where id = ${enrollment.id}
      and organization_id = ${enrollment.organizationId} and status in ('active', 'completed'))`,
  );

/** Fails the batch where an enrollment is no longer completed. */
export const whileCompleted = (db: Db, enrollment: EnrollmentRow): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_enrollments where id = ${enrollment.id}
      and organization_id = ${enrollment.organizationId} and status = 'completed')`,
  );

export const enrollmentsAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({
      id: lmsEnrollments.id,
      status: lmsEnrollments.status,
      completionPct: lmsEnrollments.completionPct,
      expiresAt: lmsEnrollments.expiresAt,
      seatUntil: lmsEnrollments.seatUntil,
    })
    .from(lmsEnrollments)
    .where(and(eq(lmsEnrollments.organizationId, orgId), isAnyOf(lmsEnrollments.id, ids)));

type InCohort = {
  cohortId: string;
  leftSince?: number | undefined;
  after: string | null;
  limit: number;
};

/** A page of those who learn with a cohort, or have left it since, in the order of their enrollments' ids. */
export const learnersInCohort = (
  db: Db,
  orgId: string,
  { cohortId, leftSince, after, limit }: InCohort,
) =>
  db
    .select({ id: lmsEnrollments.id, learnerId: lmsEnrollments.learnerId })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.organizationId, orgId),
        eq(lmsEnrollments.cohortId, cohortId),
        gt(lmsEnrollments.id, after ?? ""),
        or(
          inArray(lmsEnrollments.status, ["active", "completed"]),
          leftSince === undefined
            ? undefined
            : and(
                inArray(lmsEnrollments.status, ["cancelled", "refunded"]),
                gte(lmsEnrollments.updatedAt, leftSince),
              ),
        ),
      ),
    )
    .orderBy(asc(lmsEnrollments.id))
    .limit(limit);
/** Fails the batch where an enrollment no longer opens its course. */
export const whileOpen = (db: Db, enrollment: EnrollmentRow, now: number): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_enrollments where id = ${enrollment.id}
      and organization_id = ${enrollment.organizationId} and (status = 'completed'
        or (status = 'active' and (expires_at is null or expires_at > ${now}))))`,
  );

/**
 * Holds a cohort's seat for who has yet to pay. No change of the enrollment's state, so no event; fails the
 * batch where it is pending in the cohort no more.
 */
export const seatHeld = (
  db: Db,
  { id, organizationId }: EnrollmentRow,
  { cohortId, seatUntil }: { cohortId: string; seatUntil: number },
): Statement[] => [
  db
    .update(lmsEnrollments)
    .set({ seatUntil })
    .where(
      and(
        eq(lmsEnrollments.id, id),
        eq(lmsEnrollments.organizationId, organizationId),
        eq(lmsEnrollments.cohortId, cohortId),
        eq(lmsEnrollments.status, "pending-payment"),
      ),
    ),
  guardOneChanged(db),
];

/** Fails the batch where a learner has been enrolled in a course meanwhile. */
export const whileNotEnrolled = (
  db: Db,
  row: { organizationId: string; learnerId: string; courseId: string },
): Statement =>
  guard(
    db,
    sql`not exists (select 1 from lms_enrollments where organization_id = ${row.organizationId}
      and learner_id = ${row.learnerId} and course_id = ${row.courseId}
      and status in ('pending-payment', 'active', 'completed'))`,
  );
