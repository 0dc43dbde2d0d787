import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { rootColumns, rowColumns } from "../kernel/columns.ts";

export const COHORT_STATUSES = ["scheduled", "active", "completed", "cancelled"] as const;

export const lmsCohorts = sqliteTable(
  "lms_cohorts",
  {
    ...rootColumns,
    courseId: text("course_id").notNull(),
    name: text("name").notNull(),
    instructorId: text("instructor_id").notNull(),
    startDate: text("start_date").notNull(),
    endDate: text("end_date").notNull(),
    capacity: integer("capacity").notNull(),
    timezone: text("timezone").notNull(),
    status: text("status", { enum: COHORT_STATUSES }).notNull(),
    activatedAt: integer("activated_at"),
    completedAt: integer("completed_at"),
    cancelledAt: integer("cancelled_at"),
    cancelReason: text("cancel_reason"),
    moveTo: text("move_to"),
  },
  (table) => [
    index("lms_cohorts_by_course").on(table.organizationId, table.courseId, table.status, table.id),
    index("lms_cohorts_by_instructor").on(table.organizationId, table.instructorId, table.id),
    index("lms_cohorts_starting").on(table.startDate, table.id).where(sql`status = 'scheduled'`),
    index("lms_cohorts_ending").on(table.endDate, table.id).where(sql`status = 'active'`),
    check("lms_cohorts_status", sql`status IN ('scheduled', 'active', 'completed', 'cancelled')`),
    check("lms_cohorts_capacity", sql`capacity > 0`),
    check("lms_cohorts_dates", sql`start_date <= end_date`),
  ],
);

export const lmsAnnouncements = sqliteTable(
  "lms_announcements",
  {
    ...rowColumns,
    cohortId: text("cohort_id")
      .notNull()
      .references(() => lmsCohorts.id),
    authorId: text("author_id").notNull(),
    body: text("body").notNull(),
  },
  (table) => [
    index("lms_announcements_by_cohort").on(table.cohortId, table.id),
    index("lms_announcements_by_author").on(table.organizationId, table.authorId, table.id),
  ],
);

/** Who waits for a seat. The cohort's object gives the places and their order; this is what it is rebuilt of. */
export const lmsWaitingList = sqliteTable(
  "lms_waiting_list",
  {
    ...rowColumns,
    cohortId: text("cohort_id")
      .notNull()
      .references(() => lmsCohorts.id),
    courseId: text("course_id").notNull(),
    learnerId: text("learner_id").notNull(),
    place: integer("place").notNull(),
  },
  (table) => [
    uniqueIndex("lms_waiting_list_learner").on(table.cohortId, table.learnerId),
    index("lms_waiting_list_in_order").on(table.cohortId, table.place, table.id),
    index("lms_waiting_list_of_learner").on(
      table.organizationId,
      table.learnerId,
      table.courseId,
      table.id,
    ),
  ],
);
