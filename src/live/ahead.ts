import { and, asc, gt, isNull, lte, sql } from "drizzle-orm";
import { afterPosition, type Position } from "../kernel/page.ts";
import type { Db } from "../kernel/statement.ts";
import { thresholdsPulled } from "../notifications/statements.ts";
import { lmsLiveSessions } from "./schema.ts";
import { reminding } from "./statements.ts";

/** Scheduled sessions of all organizations that begin after `now`, and the reminders given of each. */
export const sessionsAhead = (
  db: Db,
  {
    now,
    until,
    cursor,
    limit,
  }: { now: number; until: number; cursor: Position | null; limit: number },
) =>
  db
    .select({
      id: lmsLiveSessions.id,
      organizationId: lmsLiveSessions.organizationId,
      scheduledAt: lmsLiveSessions.scheduledAt,
      ...reminding,
      pulled: thresholdsPulled({
        orgId: sql`lms_live_sessions.organization_id`,
        kind: "session.reminder",
        subject: sql`lms_live_sessions.id`,
        dueAt: sql`lms_live_sessions.scheduled_at`,
      }).as("pulled"),
    })
    .from(lmsLiveSessions)
    .where(
      and(
        sql`status = 'scheduled'`,
        isNull(lmsLiveSessions.deletedAt),
        lte(lmsLiveSessions.scheduledAt, until),
        afterPosition(cursor, [lmsLiveSessions.scheduledAt, lmsLiveSessions.id]) ??
          gt(lmsLiveSessions.scheduledAt, now),
      ),
    )
    .orderBy(asc(lmsLiveSessions.scheduledAt), asc(lmsLiveSessions.id))
    .limit(limit);
