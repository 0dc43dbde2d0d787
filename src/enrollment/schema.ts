import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { rootColumns } from "../kernel/columns.ts";

export const ENROLLMENT_STATUSES = [
  "pending-payment",
  "active",
  "completed",
  "expired",
  "cancelled",
  "refunded",
] as const;

export const lmsEnrollments = sqliteTable(
  "lms_enrollments",
  {
    ...rootColumns,
    learnerId: text("learner_id").notNull(),
    courseId: text("course_id").notNull(),
    cohortId: text("cohort_id"),
    status: text("status", { enum: ENROLLMENT_STATUSES }).notNull(),
    pricePaidAmount: integer("price_paid_amount").notNull(),
    pricePaidCurrency: text("price_paid_currency").notNull(),
    completionPct: real("completion_pct").notNull().default(0),
    enrolledAt: integer("enrolled_at").notNull(),
    activatedAt: integer("activated_at"),
    completedAt: integer("completed_at"),
    expiresAt: integer("expires_at"),
    cancelledAt: integer("cancelled_at"),
    cancelReason: text("cancel_reason"),
    seatUntil: integer("seat_until"),
    lastAccessedAt: integer("last_accessed_at"),
    reportedAt: integer("reported_at"),
    timeSpentSec: integer("time_spent_sec").notNull().default(0),
    source: text("source", { enum: ["self", "admin", "path", "waiting-list"] }).notNull(),
    invitedBy: text("invited_by"),
    certificateId: text("certificate_id"),
  },
  (table) => [
    uniqueIndex("lms_enrollments_learner").on(
      table.organizationId,
      table.learnerId,
      table.courseId,
    ),
    index("lms_enrollments_all").on(table.organizationId, table.id),
    index("lms_enrollments_by_status").on(table.organizationId, table.status, table.id),
    index("lms_enrollments_by_learner").on(table.organizationId, table.learnerId, table.id),
    index("lms_enrollments_by_learner_status").on(
      table.organizationId,
      table.learnerId,
      table.status,
      table.id,
    ),
    index("lms_enrollments_by_course").on(table.organizationId, table.courseId, table.id),
    index("lms_enrollments_by_course_status").on(
      table.organizationId,
      table.courseId,
      table.status,
      table.id,
    ),
    index("lms_enrollments_by_cohort").on(table.cohortId, table.status, table.id),
    index("lms_enrollments_expiring").on(table.expiresAt, table.id).where(sql`status = 'active'`),
    index("lms_enrollments_started")
      .on(table.organizationId, table.courseId, sql`coalesce(activated_at, enrolled_at)`, table.id)
      .where(sql`status = 'active'`),
    index("lms_enrollments_untouched")
      .on(sql`coalesce(last_accessed_at, activated_at, enrolled_at)`, table.id)
      .where(sql`status = 'active'`),

    index("lms_enrollments_in_cohort")
      .on(table.organizationId, table.cohortId, table.id)
      .where(sql`cohort_id IS NOT NULL`),
    check(
      "lms_enrollments_status",
      sql`status IN ('pending-payment', 'active', 'completed', 'expired', 'cancelled', 'refunded')`,
    ),
    check("lms_enrollments_pct", sql`completion_pct BETWEEN 0 AND 100`),
    check("lms_enrollments_price", sql`price_paid_amount >= 0`),
  ],
);
