import { and, asc, eq, gt, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { defaultsIn } from "../identity/statements.ts";
import { afterPosition, type Position } from "../kernel/page.ts";
import { type Db, isAnyOf } from "../kernel/statement.ts";
import { FIRST_WARNING_MS, warningDueAt } from "../kernel/warning.ts";
import { isTold } from "../notifications/statements.ts";
import { lmsEnrollments } from "./schema.ts";

type Page = { now: number; cursor: Position | null; limit: number };

const isActive = sql`status = 'active'`;
const END = [lmsEnrollments.expiresAt, lmsEnrollments.id];
const orgId = sql`lms_enrollments.organization_id`;

const told = (kind: "enrollment.expiring-soon" | "enrollment.nudge", threshold: SQL, dueAt: SQL) =>
  isTold(orgId, {
    kind,
    subject: sql`lms_enrollments.id`,
    recipientId: sql`lms_enrollments.learner_id`,
    threshold,
    dueAt,
  })
    .mapWith(Boolean)
    .as("is_told");

/** Active enrollments of all organizations whose access has ended, the longest ago first. */
export const enrollmentsOverdue = (db: Db, { now, cursor, limit }: Page) =>
  db
    .select({
      id: lmsEnrollments.id,
      organizationId: lmsEnrollments.organizationId,
      learnerId: lmsEnrollments.learnerId,
      courseId: lmsEnrollments.courseId,
      expiresAt: lmsEnrollments.expiresAt,
      version: lmsEnrollments.version,
    })
    .from(lmsEnrollments)
    .where(and(isActive, lte(lmsEnrollments.expiresAt, now), afterPosition(cursor, END)))
    .orderBy(asc(lmsEnrollments.expiresAt), asc(lmsEnrollments.id))
    .limit(limit);

/** Ends the access of some at once. Of whoever moved on meanwhile the event's version fails the batch. */
export const enrollmentsEnded = (db: Db, orgId: string, ids: readonly string[], now: number) =>
  db
    .update(lmsEnrollments)
    .set({ status: "expired", version: sql`version + 1`, updatedAt: now })
    .where(and(eq(lmsEnrollments.organizationId, orgId), isAnyOf(lmsEnrollments.id, ids)));

/** Active enrollments that end within 30 days, and whether their learner knows as much by now. */
export const enrollmentsEnding = (db: Db, { now, cursor, limit }: Page) =>
  db
    .select({
      id: lmsEnrollments.id,
      organizationId: lmsEnrollments.organizationId,
      learnerId: lmsEnrollments.learnerId,
      courseId: lmsEnrollments.courseId,
      expiresAt: lmsEnrollments.expiresAt,
      isTold: told(
        "enrollment.expiring-soon",
        warningDueAt(sql`lms_enrollments.expires_at`, now),
        sql`lms_enrollments.expires_at`,
      ),
    })
    .from(lmsEnrollments)
    .where(
      and(
        isActive,
        lte(lmsEnrollments.expiresAt, now + FIRST_WARNING_MS),
        afterPosition(cursor, END) ?? gt(lmsEnrollments.expiresAt, now),
      ),
    )
    .orderBy(asc(lmsEnrollments.expiresAt), asc(lmsEnrollments.id))
    .limit(limit);

/** As the index has it. */
const idleSince = sql<number>`coalesce(last_accessed_at, activated_at, enrolled_at)`;

/** As a row value, an index over an expression is not sought by. */
const untouchedAfter = (cursor: Position | null): SQL | undefined =>
  cursor === null
    ? undefined
    : sql`${idleSince} >= ${cursor[0]} and (${idleSince} > ${cursor[0]} or id > ${cursor[1]})`;

/** Active enrollments that nobody has opened since `before`, the longest untouched first. */
export const enrollmentsUntouched = (
  db: Db,
  { now, before, cursor, limit }: Page & { before: number },
) =>
  db
    .select({
      id: lmsEnrollments.id,
      organizationId: lmsEnrollments.organizationId,
      learnerId: lmsEnrollments.learnerId,
      courseId: lmsEnrollments.courseId,
      idleSince: idleSince.as("idle_since"),
      defaults: defaultsIn(orgId).as("org_defaults"),
      isTold: told("enrollment.nudge", sql`0`, idleSince),
    })
    .from(lmsEnrollments)
    .where(
      and(
        isActive,
        sql`${idleSince} <= ${before}`,
        or(isNull(lmsEnrollments.expiresAt), gt(lmsEnrollments.expiresAt, now)),
        untouchedAfter(cursor),
      ),
    )
    .orderBy(idleSince, asc(lmsEnrollments.id))
    .limit(limit);
