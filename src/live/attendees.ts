import { and, asc, eq, or, type SQL, sql } from "drizzle-orm";
import { courseInstructorOf } from "../catalog/statements.ts";
import { ofCohort } from "../cohorts/statements.ts";
import { displayNameOf } from "../identity/statements.ts";
import { afterCursor, type PageAsk, windowOf } from "../kernel/page.ts";
import type { Actor } from "../kernel/permission.ts";
import { type Db, jsonRows } from "../kernel/statement.ts";
import { lmsSessionAttendance } from "./schema.ts";
import type { SessionRow } from "./statements.ts";

type Recorded = {
  attendance: readonly {
    learnerId: string;
    firstJoinedAt: number;
    lastLeftAt: number | null;
    secondsPresent: number;
    joins: number;
  }[];
  /** When these sums were true, in epoch milliseconds: older ones change no newer. */
  asOf: number;
  newId: () => string;
};

/** Sums of a session's learners, told anew as often as need be. */
export const attendanceRecorded = (
  db: Db,
  { id: sessionId, organizationId }: Pick<SessionRow, "id" | "organizationId">,
  { attendance, asOf, newId }: Recorded,
) => {
  const rows = attendance.map((one) => ({ id: newId(), ...one }));
  return db.all(sql`insert into lms_session_attendance (
      id, organization_id, session_id, learner_id, first_joined_at, last_left_at, seconds_present, joins,
      created_at, updated_at)
    select value ->> 'id', ${organizationId}, ${sessionId}, value ->> 'learnerId',
      value ->> 'firstJoinedAt', value ->> 'lastLeftAt', value ->> 'secondsPresent', value ->> 'joins',
      ${asOf}, ${asOf}
    from ${jsonRows(rows)} where true
    on conflict (session_id, learner_id) do update set
      first_joined_at = excluded.first_joined_at, last_left_at = excluded.last_left_at,
      seconds_present = excluded.seconds_present, joins = excluded.joins,
      updated_at = excluded.updated_at
    where excluded.updated_at >= updated_at`);
};

/** What a session's object has told of attendance, for one that has lost its storage. */
export const attendanceTold = (db: Db, sessionId: string, { wanted }: { wanted: boolean }) =>
  db
    .select({
      learnerId: lmsSessionAttendance.learnerId,
      firstJoinedAt: lmsSessionAttendance.firstJoinedAt,
      secondsPresent: lmsSessionAttendance.secondsPresent,
    })
    .from(lmsSessionAttendance)
    .where(and(eq(lmsSessionAttendance.sessionId, sessionId), wanted ? undefined : sql`false`));

/** Whether a reader is one of those who lead the session, told in the batch that reads it. */
const leads = ({ id, orgId, roles }: Actor, sessionId: string): SQL | undefined =>
  roles.includes("instructor")
    ? sql`exists (select 1 from lms_live_sessions as session
        where session.id = ${sessionId} and session.organization_id = ${orgId} and ${id} in (
          session.instructor_id, ${ofCohort("instructor_id", sql`session.cohort_id`)},
          ${courseInstructorOf(orgId, sql`session.course_id`)}))`
    : undefined;

/** A page of who was there in the order of their ids; whoever only learns there finds itself alone. */
export const attendancePage = (db: Db, actor: Actor, sessionId: string, ask: PageAsk) => {
  const { limit, offset } = windowOf(ask);
  const { learnerId, firstJoinedAt, lastLeftAt, secondsPresent, joins } = lmsSessionAttendance;
  const own = eq(learnerId, actor.id);
  return db
    .select({
      ...{ learnerId, firstJoinedAt, lastLeftAt, secondsPresent, joins },
      name: displayNameOf(actor.orgId, sql`lms_session_attendance.learner_id`).as("learner_name"),
    })
    .from(lmsSessionAttendance)
    .where(
      and(
        eq(lmsSessionAttendance.organizationId, actor.orgId),
        eq(lmsSessionAttendance.sessionId, sessionId),
        actor.roles.includes("lms-admin") ? undefined : or(leads(actor, sessionId), own),
        afterCursor(ask.cursor, [learnerId], "asc"),
      ),
    )
    .orderBy(asc(learnerId))
    .limit(limit)
    .offset(offset);
};
