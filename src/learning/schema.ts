import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { rowColumns } from "../kernel/columns.ts";

export const PROGRESS_STATUSES = ["not-started", "in-progress", "completed"] as const;

export const lmsModuleProgress = sqliteTable(
  "lms_module_progress",
  {
    ...rowColumns,
    enrollmentId: text("enrollment_id").notNull(),
    moduleId: text("module_id").notNull(),
    learnerId: text("learner_id").notNull(),
    courseId: text("course_id").notNull(),
    status: text("status", { enum: PROGRESS_STATUSES }).notNull(),
    progressPct: real("progress_pct").notNull().default(0),
    positionSec: integer("position_sec").notNull().default(0),
    watchedIntervals: text("watched_intervals", { mode: "json" }).$type<[number, number][]>(),
    currentSectionId: text("current_section_id"),
    quizScore: real("quiz_score"),
    attempts: integer("attempts").notNull().default(0),
    bestScore: real("best_score"),
    timeSpentSec: integer("time_spent_sec").notNull().default(0),
    unlockedAt: integer("unlocked_at"),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
  },
  (table) => [
    uniqueIndex("lms_module_progress_module").on(table.enrollmentId, table.moduleId),
    index("lms_module_progress_by_module").on(table.organizationId, table.moduleId, table.status),
    check("lms_module_progress_status", sql`status IN ('not-started', 'in-progress', 'completed')`),
  ],
);

export const lmsSectionProgress = sqliteTable(
  "lms_section_progress",
  {
    ...rowColumns,
    enrollmentId: text("enrollment_id").notNull(),
    sectionId: text("section_id").notNull(),
    status: text("status", { enum: PROGRESS_STATUSES }).notNull(),
    score: real("score"),
    attempts: integer("attempts").notNull().default(0),
    timeSpentSec: integer("time_spent_sec").notNull().default(0),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
    interactions: text("interactions", { mode: "json" }).$type<Record<string, unknown>>(),
  },
  (table) => [
    uniqueIndex("lms_section_progress_section").on(table.enrollmentId, table.sectionId),
    check(
      "lms_section_progress_status",
      sql`status IN ('not-started', 'in-progress', 'completed')`,
    ),
  ],
);

/** What a learner did in a course on a day of the organization; `active` where the learner itself did it. */
export const lmsLearningDays = sqliteTable(
  "lms_learning_days",
  {
    organizationId: text("organization_id").notNull(),
    learnerId: text("learner_id").notNull(),
    day: text("day").notNull(),
    courseId: text("course_id").notNull(),
    active: integer("active", { mode: "boolean" }).notNull(),
    timeSpentSec: integer("time_spent_sec").notNull(),
    modulesCompleted: integer("modules_completed").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.learnerId, table.day, table.courseId] }),
    index("lms_learning_days_by_day").on(table.organizationId, table.day),
    index("lms_learning_days_by_course").on(table.organizationId, table.courseId, table.day),
  ],
);
