import { and, asc, eq, getTableColumns, gt, inArray, isNull, ne, type SQL, sql } from "drizzle-orm";
import {
  courseById,
  courseIdsOfInstructor,
  courseInstructorOf,
  courseTitleOf,
} from "../catalog/statements.ts";
import {
  cohortById,
  cohortIdsOfCourses,
  cohortIdsOfInstructor,
  ofCohort,
} from "../cohorts/statements.ts";
import { cohortIdsAttended, cohortIdsOfLearner, enrollmentOf } from "../enrollment/statements.ts";
import { defaultsIn, memberById } from "../identity/statements.ts";
import { present } from "../kernel/columns.ts";
import { afterCursor, type PageAsk, windowOf } from "../kernel/page.ts";
import type { Kept } from "../kernel/retention.ts";
import { type Db, isAnyOf, type RowOf } from "../kernel/statement.ts";
import { lmsCalendarLinks, lmsLiveSessions, lmsSessionAttendance, lmsTickets } from "./schema.ts";

export type SessionRow = typeof lmsLiveSessions.$inferSelect;
export type RemindedSession = RowOf<ReturnType<typeof sessionOfObject>>;

const mine = (orgId: string) => present(lmsLiveSessions, orgId);

export const sessionById = (db: Db, orgId: string, sessionId: string) =>
  db
    .select()
    .from(lmsLiveSessions)
    .where(and(mine(orgId), eq(lmsLiveSessions.id, sessionId)));

/** With what decides when its learners are reminded. */
export const reminding = {
  defaults: defaultsIn(sql`lms_live_sessions.organization_id`).as("org_defaults"),
};

/** Those whose ids a subquery of the taker's gives. */
export const sessionsWithin = (db: Db, orgId: string, ids: SQL) =>
  db
    .select()
    .from(lmsLiveSessions)
    .where(and(mine(orgId), sql`${lmsLiveSessions.id} in ${ids}`));

/** As its object reads it, which knows its id alone. */
export const sessionOfObject = (db: Db, sessionId: string) =>
  db
    .select({ ...getTableColumns(lmsLiveSessions), ...reminding })
    .from(lmsLiveSessions)
    .where(and(eq(lmsLiveSessions.id, sessionId), isNull(lmsLiveSessions.deletedAt)));

export const sessionWithDefaults = (db: Db, orgId: string, sessionId: string) =>
  db
    .select({ ...getTableColumns(lmsLiveSessions), ...reminding })
    .from(lmsLiveSessions)
    .where(and(mine(orgId), eq(lmsLiveSessions.id, sessionId)));

/** A page of a cohort's sessions in the order of their times. */
export const sessionsOf = (db: Db, orgId: string, cohortId: string, ask: PageAsk) => {
  const { limit, offset } = windowOf(ask);
  const order = [lmsLiveSessions.scheduledAt, lmsLiveSessions.id];
  return db
    .select()
    .from(lmsLiveSessions)
    .where(
      and(
        mine(orgId),
        eq(lmsLiveSessions.cohortId, cohortId),
        afterCursor(ask.cursor, order, "asc"),
      ),
    )
    .orderBy(...order.map((column) => asc(column)))
    .limit(limit)
    .offset(offset);
};

/** What is live or still to come in several cohorts, the next first. */
export const sessionsAhead = (
  db: Db,
  orgId: string,
  cohortIds: SQL,
  { since, limit }: { since: number; limit: number },
) =>
  db
    .select()
    .from(lmsLiveSessions)
    .where(
      and(
        mine(orgId),
        sql`${lmsLiveSessions.cohortId} in ${cohortIds}`,
        gt(lmsLiveSessions.scheduledAt, since),
        inArray(lmsLiveSessions.status, ["scheduled", "live"]),
      ),
    )
    .orderBy(asc(lmsLiveSessions.scheduledAt), asc(lmsLiveSessions.id))
    .limit(limit);

/** A page of a cohort's sessions that have yet to begin or to end, by id. */
export const sessionsAheadIn = (
  db: Db,
  orgId: string,
  { cohortId, after, limit }: { cohortId: string; after: string | null; limit: number },
) =>
  db
    .select({ id: lmsLiveSessions.id, status: lmsLiveSessions.status })
    .from(lmsLiveSessions)
    .where(
      and(
        mine(orgId),
        eq(lmsLiveSessions.cohortId, cohortId),
        inArray(lmsLiveSessions.status, ["scheduled", "live"]),
        after === null ? undefined : gt(lmsLiveSessions.id, after),
      ),
    )
    .orderBy(asc(lmsLiveSessions.id))
    .limit(limit);

/** A page of those that a learner may sit in by an enrollment that is over, by id; not where it leads or is back. */
export const sessionsLost = (
  db: Db,
  orgId: string,
  ask: { learnerId: string; cohortId: string; after: string; limit: number },
) => {
  const { learnerId, cohortId, after, limit } = ask;
  const { cohortId: cohort, courseId: course, instructorId, status, id } = lmsLiveSessions;
  return db
    .select({ id })
    .from(lmsLiveSessions)
    .where(
      and(
        mine(orgId),
        eq(cohort, cohortId),
        inArray(status, ["scheduled", "live"]),
        gt(id, after),
        ne(instructorId, learnerId),
        sql`${cohort} not in ${cohortIdsAttended(orgId, learnerId)}`,
        sql`${cohort} not in ${cohortIdsOfInstructor(orgId, learnerId)}`,
        sql`${courseInstructorOf(orgId, sql`${course}`)} is not ${learnerId}`,
      ),
    )
    .orderBy(asc(id))
    .limit(limit);
};

const idIn = (column: "course_id" | "cohort_id", orgId: string | SQL, sessionId: string): SQL =>
  sql`(select ${sql.raw(column)} from lms_live_sessions
    where id = ${sessionId} and organization_id = ${orgId})`;

/** What a session hangs on, read in the batch that reads the session. */
export const courseOfSession = (db: Db, orgId: string, sessionId: string) =>
  courseById(db, orgId, idIn("course_id", orgId, sessionId));
export const cohortOfSession = (db: Db, orgId: string, sessionId: string) =>
  cohortById(db, orgId, idIn("cohort_id", orgId, sessionId));
export const enrollmentInSession = (db: Db, orgId: string, learnerId: string, sessionId: string) =>
  enrollmentOf(db, orgId, learnerId, idIn("course_id", orgId, sessionId));

export const attendeesOf = (db: Db, orgId: string, sessionId: string) =>
  db
    .select({ count: sql<number>`count(*)` })
    .from(lmsSessionAttendance)
    .where(
      and(
        eq(lmsSessionAttendance.organizationId, orgId),
        eq(lmsSessionAttendance.sessionId, sessionId),
      ),
    );

/** A ticket is of no use once its time is over, redeemed or not. */
export const ticketsKept: Kept = {
  table: sql`lms_tickets`,
  over: (now) => sql`expires_at <= ${now}`,
  order: sql`expires_at`,
};

/** Spends a ticket, a session's or the channels': of two that come with it at once, one gets its row. */
export const redeemTicket = (
  db: Db,
  { tokenHash, sessionId, now }: { tokenHash: string; sessionId: string | null; now: number },
) =>
  db
    .update(lmsTickets)
    .set({ usedAt: now, updatedAt: now })
    .where(
      and(
        eq(lmsTickets.tokenHash, tokenHash),
        sessionId === null ? isNull(lmsTickets.sessionId) : eq(lmsTickets.sessionId, sessionId),
        isNull(lmsTickets.usedAt),
        gt(lmsTickets.expiresAt, now),
      ),
    )
    .returning({
      orgId: lmsTickets.organizationId,
      memberId: lmsTickets.memberId,
      roles: lmsTickets.roles,
      credential: lmsTickets.credential,
    });

const ofTicket = (tokenHash: string, name: "organization_id" | "member_id"): SQL =>
  sql`(select ${sql.raw(name)} from lms_tickets where token_hash = ${tokenHash})`;

/** Whoever the ticket was given to, read in the batch that spends it. */
export const memberOfTicket = (db: Db, tokenHash: string) =>
  memberById(db, ofTicket(tokenHash, "organization_id"), ofTicket(tokenHash, "member_id"));

/** By what the ticket's holder may join: who leads the session's cohort and course, and its own enrollment. */
export const admissionOfTicket = (db: Db, tokenHash: string, sessionId: string) => {
  const orgId = ofTicket(tokenHash, "organization_id");
  const of = (column: "course_id" | "cohort_id") => idIn(column, orgId, sessionId);
  return {
    cohort: cohortById(db, orgId, of("cohort_id")),
    course: courseById(db, orgId, of("course_id")),
    enrollment: enrollmentOf(db, orgId, ofTicket(tokenHash, "member_id"), of("course_id")),
  };
};

/** Whether a learner was there, and for how long. */
export const attendanceOf = (
  db: Db,
  orgId: string,
  sessionId: string | SQL,
  learnerId: string | SQL,
) =>
  db
    .select()
    .from(lmsSessionAttendance)
    .where(
      and(
        eq(lmsSessionAttendance.organizationId, orgId),
        eq(lmsSessionAttendance.sessionId, sessionId),
        eq(lmsSessionAttendance.learnerId, learnerId),
      ),
    );

/** Those of a set of sessions where a learner was there. */
export const attendedAmong = (db: Db, orgId: string, sessionIds: SQL, learnerId: SQL) =>
  db
    .select({ sessionId: lmsSessionAttendance.sessionId })
    .from(lmsSessionAttendance)
    .where(
      and(
        eq(lmsSessionAttendance.organizationId, orgId),
        sql`${lmsSessionAttendance.sessionId} in ${sessionIds}`,
        eq(lmsSessionAttendance.learnerId, learnerId),
      ),
    );

export const sessionsAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({
      id: lmsLiveSessions.id,
      instructorId: lmsLiveSessions.instructorId,
      title: lmsLiveSessions.title,
      status: lmsLiveSessions.status,
      scheduledAt: lmsLiveSessions.scheduledAt,
      durationMinutes: lmsLiveSessions.durationMinutes,
      cancelReason: lmsLiveSessions.cancelReason,
    })
    .from(lmsLiveSessions)
    .where(and(eq(lmsLiveSessions.organizationId, orgId), isAnyOf(lmsLiveSessions.id, ids)));

/** Who leads these sessions, for a read of the same batch. */
export const hostsAmong = (orgId: string, ids: readonly string[]): SQL =>
  sql`(select instructor_id from lms_live_sessions where organization_id = ${orgId}
    and ${isAnyOf(lmsLiveSessions.id, ids)})`;

/** Sessions that a person is or was in, a page by id: by a ticket, as a learner there, or as its cohort's or course's instructor. */
export const sessionsOfPerson = (
  db: Db,
  orgId: string,
  userId: string,
  { after, limit, joinable }: { after: string; limit: number; joinable: boolean },
) =>
  db
    .select({ id: lmsLiveSessions.id })
    .from(lmsLiveSessions)
    .where(
      and(
        mine(orgId),
        gt(lmsLiveSessions.id, after),
        joinable ? inArray(lmsLiveSessions.status, ["scheduled", "live"]) : undefined,
        sql`${lmsLiveSessions.id} in (
          select session_id from lms_tickets where organization_id = ${orgId} and member_id = ${userId}
          union select session_id from lms_session_attendance
            where organization_id = ${orgId} and learner_id = ${userId}
          union select id from lms_live_sessions
            where cohort_id in ${cohortIdsOfLearner(orgId, userId)}
          union select id from lms_live_sessions
            where cohort_id in ${cohortIdsOfInstructor(orgId, userId)}
          union select id from lms_live_sessions
            where cohort_id in ${cohortIdsOfCourses(orgId, courseIdsOfInstructor(orgId, userId))})`,
      ),
    )
    .orderBy(asc(lmsLiveSessions.id))
    .limit(limit);

/** Sessions of an organization still ahead, in the order of their times. */
export const sessionsAheadOf = (
  db: Db,
  orgId: string,
  { from, limit }: { from: readonly [scheduledAt: number, id: string]; limit: number },
) =>
  db
    .select({ id: lmsLiveSessions.id, scheduledAt: lmsLiveSessions.scheduledAt })
    .from(lmsLiveSessions)
    .where(
      and(
        mine(orgId),
        sql`status = 'scheduled'`,
        sql`(${lmsLiveSessions.scheduledAt}, ${lmsLiveSessions.id}) > (${from[0]}, ${from[1]})`,
      ),
    )
    .orderBy(asc(lmsLiveSessions.scheduledAt), asc(lmsLiveSessions.id))
    .limit(limit);

export const calendarLinkOf = (db: Db, orgId: string, memberId: string) =>
  db
    .select({ createdAt: lmsCalendarLinks.createdAt })
    .from(lmsCalendarLinks)
    .where(
      and(eq(lmsCalendarLinks.organizationId, orgId), eq(lmsCalendarLinks.memberId, memberId)),
    );

/** Whose calendar a secret opens. */
export const ofCalendarLink = (column: "organization_id" | "member_id", tokenHash: string): SQL =>
  sql`(select ${sql.raw(column)} from lms_calendar_links where token_hash = ${tokenHash})`;

export type SessionInCalendar = RowOf<ReturnType<typeof sessionsInCalendar>>;

/** Sessions of the cohorts that a member learns in or teaches, cancelled ones too, in the order of their times. */
export const sessionsInCalendar = (
  db: Db,
  of: { orgId: SQL; memberId: SQL; cohortId: string | undefined; since: number; limit: number },
) => {
  const { orgId, memberId, cohortId, since, limit } = of;
  const { id, title, status, version, createdAt, updatedAt, scheduledAt, durationMinutes } =
    getTableColumns(lmsLiveSessions);
  const cohort = (column: "name" | "timezone") =>
    ofCohort(column, sql`lms_live_sessions.cohort_id`);
  return db
    .select({
      ...{ id, title, status, version, createdAt, updatedAt, scheduledAt, durationMinutes },
      cohortName: sql<string>`${cohort("name")}`.as("cohort_name"),
      timeZone: sql<string>`${cohort("timezone")}`.as("cohort_time_zone"),
      courseTitle: sql<string>`${courseTitleOf(orgId, sql`lms_live_sessions.course_id`)}`.as(
        "course_title",
      ),
    })
    .from(lmsLiveSessions)
    .where(
      and(
        present(lmsLiveSessions, orgId),
        sql`${lmsLiveSessions.cohortId} in (select * from ${cohortIdsAttended(orgId, memberId)}
          union select * from ${cohortIdsOfInstructor(orgId, memberId)})`,
        cohortId === undefined ? undefined : eq(lmsLiveSessions.cohortId, cohortId),
        gt(scheduledAt, since),
      ),
    )
    .orderBy(asc(scheduledAt), asc(id))
    .limit(limit);
};
export { adminChannel, type LmsWsMessageType, learnerChannel } from "./channels.ts";
