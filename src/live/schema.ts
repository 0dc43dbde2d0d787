import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { rootColumns, rowColumns } from "../kernel/columns.ts";
import type { Credential, Role } from "../kernel/permission.ts";

export const SESSION_STATUSES = ["scheduled", "live", "ended", "cancelled", "recorded"] as const;

export const lmsLiveSessions = sqliteTable(
  "lms_live_sessions",
  {
    ...rootColumns,
    cohortId: text("cohort_id").notNull(),
    courseId: text("course_id").notNull(),
    instructorId: text("instructor_id").notNull(),
    title: text("title").notNull(),
    scheduledAt: integer("scheduled_at").notNull(),
    durationMinutes: integer("duration_minutes").notNull(),
    provider: text("provider").notNull(),
    meetingId: text("meeting_id"),
    meetingUrl: text("meeting_url"),
    recordingUrl: text("recording_url"),
    status: text("status", { enum: SESSION_STATUSES }).notNull(),
    startedAt: integer("started_at"),
    endedAt: integer("ended_at"),
    cancelledAt: integer("cancelled_at"),
    cancelReason: text("cancel_reason"),
  },
  (table) => [
    index("lms_live_sessions_by_cohort").on(table.cohortId, table.scheduledAt, table.id),
    index("lms_live_sessions_ahead")
      .on(table.scheduledAt, table.id)
      .where(sql`status = 'scheduled'`),
    index("lms_live_sessions_ahead_of")
      .on(table.organizationId, table.scheduledAt, table.id)
      .where(sql`status = 'scheduled'`),
    check(
      "lms_live_sessions_status",
      sql`status IN ('scheduled', 'live', 'ended', 'cancelled', 'recorded')`,
    ),
    check("lms_live_sessions_duration", sql`duration_minutes > 0`),
  ],
);

export const lmsSessionAttendance = sqliteTable(
  "lms_session_attendance",
  {
    ...rowColumns,
    sessionId: text("session_id")
      .notNull()
      .references(() => lmsLiveSessions.id),
    learnerId: text("learner_id").notNull(),
    firstJoinedAt: integer("first_joined_at").notNull(),
    lastLeftAt: integer("last_left_at"),
    secondsPresent: integer("seconds_present").notNull(),
    joins: integer("joins").notNull(),
  },
  (table) => [
    uniqueIndex("lms_session_attendance_learner").on(table.sessionId, table.learnerId),
    index("lms_session_attendance_by_learner").on(table.organizationId, table.learnerId, table.id),
  ],
);

/**
 * Single use and short-lived; a session's, or realtime's where `session_id` is null. A key or a token
 * may give less than its member's roles, and end before: `roles` and `credential` are whoever's asked for it.
 */
export const lmsTickets = sqliteTable(
  "lms_tickets",
  {
    ...rowColumns,
    tokenHash: text("token_hash").notNull().unique(),
    memberId: text("member_id").notNull(),
    sessionId: text("session_id"),
    expiresAt: integer("expires_at").notNull(),
    usedAt: integer("used_at"),
    roles: text("roles", { mode: "json" }).$type<readonly Role[]>(),
    credential: text("credential", { mode: "json" }).$type<Credential | null>(),
  },
  (table) => [
    index("lms_tickets_by_age").on(table.expiresAt),
    index("lms_tickets_by_member").on(table.organizationId, table.memberId, table.sessionId),
  ],
);

/** One a member: the hash of the secret by which a calendar program reads its sessions. */
export const lmsCalendarLinks = sqliteTable(
  "lms_calendar_links",
  {
    ...rowColumns,
    memberId: text("member_id").notNull(),
    tokenHash: text("token_hash").notNull().unique(),
  },
  (table) => [uniqueIndex("lms_calendar_links_member").on(table.organizationId, table.memberId)],
);
