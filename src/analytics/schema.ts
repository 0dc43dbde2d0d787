import { sql } from "drizzle-orm";
import { check, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const SUBJECT_TYPES = ["organization", "course", "instructor"] as const;

const figure = (name: string) => integer(name).notNull().default(0);

/**
 * The figures of now, kept by triggers on the rows that they count: an enrollment counts for its course, for
 * the course's instructor and for the organization (`subject_id` is empty). `progress` is the sum over those
 * enrolled in hundredths of a percent, an integer, so that no error adds up.
 */
export const lmsCurrentFigures = sqliteTable(
  "lms_current_figures",
  {
    organizationId: text("organization_id").notNull(),
    subjectType: text("subject_type", { enum: SUBJECT_TYPES }).notNull(),
    subjectId: text("subject_id").notNull(),
    courses: figure("courses"),
    pendingPayment: figure("pending_payment"),
    active: figure("active"),
    completed: figure("completed"),
    expired: figure("expired"),
    cancelled: figure("cancelled"),
    refunded: figure("refunded"),
    enrolled: figure("enrolled"),
    progress: figure("progress"),
    ratingCount: figure("rating_count"),
    ratingSum: figure("rating_sum"),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.subjectType, table.subjectId] }),
    index("lms_current_figures_ranked").on(
      table.organizationId,
      table.subjectType,
      table.enrolled,
      table.subjectId,
    ),
    check(
      "lms_current_figures_subject",
      sql`subject_type IN ('organization', 'course', 'instructor')`,
    ),
  ],
);

/** How many learners ever started a module, and how many of them have completed it; kept by triggers. */
export const lmsModuleFigures = sqliteTable(
  "lms_module_figures",
  {
    organizationId: text("organization_id").notNull(),
    courseId: text("course_id").notNull(),
    moduleId: text("module_id").notNull(),
    started: integer("started").notNull(),
    completed: integer("completed").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.courseId, table.moduleId] })],
);

/**
 * What happened on a day of the organization that is over: of a course, and of all (`course_id` is empty).
 * `new_in_month` counts the learners whose first active day of the month it is: its sum over a month is
 * the month's active learners.
 */
export const lmsDailyFigures = sqliteTable(
  "lms_daily_figures",
  {
    organizationId: text("organization_id").notNull(),
    courseId: text("course_id").notNull(),
    day: text("day").notNull(),
    endsAt: integer("ends_at").notNull(),
    created: figure("created"),
    reactivated: figure("reactivated"),
    activated: figure("activated"),
    completed: figure("completed"),
    expired: figure("expired"),
    cancelled: figure("cancelled"),
    refunded: figure("refunded"),
    activeLearners: figure("active_learners"),
    newInMonth: figure("new_in_month"),
    timeSpentSec: figure("time_spent_sec"),
    modulesCompleted: figure("modules_completed"),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.courseId, table.day] })],
);

/**
 * What a course, and in all (`course_id` is empty), took in a month of UTC, in minor units: kept by a trigger
 * on the ledger's entries. `recognized` falls where revenue is given back.
 */
export const lmsRevenueFigures = sqliteTable(
  "lms_revenue_figures",
  {
    organizationId: text("organization_id").notNull(),
    courseId: text("course_id").notNull(),
    month: text("month").notNull(),
    currency: text("currency").notNull(),
    received: integer("received").notNull(),
    refunded: integer("refunded").notNull(),
    recognized: integer("recognized").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.courseId, table.month, table.currency] }),
  ],
);
