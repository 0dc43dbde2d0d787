import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { rootColumns } from "../kernel/columns.ts";
import { LMS_TYPES } from "../kernel/lms-adapter.ts";
import type { ValidationIssue } from "./olx/issue.ts";

export const IMPORT_STATUSES = [
  "pending",
  "uploading",
  "processing",
  "succeeded",
  "failed",
] as const;
export const OPERATIONS = ["publish", "empty"] as const;
export const CONNECTION_STATUSES = ["success", "failed", "pending"] as const;

/** Source 2, section 1. Client id and secret are sealed. */
export const lmsConfigurations = sqliteTable(
  "lms_configurations",
  {
    ...rootColumns,
    type: text("type", { enum: LMS_TYPES }).notNull(),
    name: text("name").notNull(),
    description: text("description"),
    lmsUrl: text("lms_url").notNull(),
    studioUrl: text("studio_url").notNull(),
    clientId: text("client_id").notNull(),
    clientSecret: text("client_secret").notNull(),
    defaultOrg: text("default_org").notNull(),
    defaultRun: text("default_run").notNull().default("self_paced"),
    autoCreateCourse: integer("auto_create_course", { mode: "boolean" }).notNull().default(true),
    importTimeoutSeconds: integer("import_timeout_seconds").notNull().default(300),
    maxRetries: integer("max_retries").notNull().default(3),
    isActive: integer("is_active", { mode: "boolean" }).notNull().default(true),
    lastConnectionTest: integer("last_connection_test"),
    lastConnectionStatus: text("last_connection_status", { enum: CONNECTION_STATUSES }),
    faultsInRow: integer("faults_in_row").notNull().default(0),
    openUntil: integer("open_until"),
    createdBy: text("created_by"),
    openassessment: integer("openassessment", { mode: "boolean" }).notNull().default(true),
  },
  (table) => [
    uniqueIndex("lms_configurations_name")
      .on(table.organizationId, table.name)
      .where(sql`deleted_at IS NULL`),
    index("lms_configurations_listed")
      .on(table.organizationId, table.id)
      .where(sql`deleted_at IS NULL`),
    check("lms_configurations_type", sql`type IN ('openedx', 'moodle', 'canvas')`),
    check("lms_configurations_urls", sql`lms_url GLOB 'http*://*' AND studio_url GLOB 'http*://*'`),
    check("lms_configurations_timeout", sql`import_timeout_seconds BETWEEN 30 AND 600`),
    check("lms_configurations_retries", sql`max_retries BETWEEN 1 AND 5`),
    check(
      "lms_configurations_status",
      sql`last_connection_status IN ('success', 'failed', 'pending')`,
    ),
  ],
);

/** Source 2, section 2. One job a course is under way: the race of two publishes ends on its index. */
export const lmsImportJobs = sqliteTable(
  "lms_import_jobs",
  {
    ...rootColumns,
    courseId: text("course_id").notNull(),
    lmsConfigurationId: text("lms_configuration_id").notNull(),
    operation: text("operation", { enum: OPERATIONS }).notNull(),
    edxCourseKey: text("edx_course_key").notNull(),
    edxTaskId: text("edx_task_id"),
    status: text("status", { enum: IMPORT_STATUSES }).notNull(),
    progressPercent: integer("progress_percent").notNull().default(0),
    fileName: text("file_name"),
    bundleKey: text("bundle_key"),
    bundleSha256: text("bundle_sha256"),
    uploadStartedAt: integer("upload_started_at"),
    startedAt: integer("started_at"),
    completedAt: integer("completed_at"),
    durationMs: integer("duration_ms"),
    errorCode: text("error_code"),
    errorMessage: text("error_message"),
    errorDetails: text("error_details", { mode: "json" }).$type<ErrorDetails>(),
    courseUrl: text("course_url"),
    studioUrl: text("studio_url"),
    metadata: text("metadata", { mode: "json" }).$type<JobMetadata>().notNull(),
    createdBy: text("created_by"),
  },
  (table) => [
    uniqueIndex("lms_import_jobs_active")
      .on(table.courseId)
      .where(sql`status IN ('pending', 'uploading', 'processing')`),
    index("lms_import_jobs_listed").on(table.organizationId, table.id),
    index("lms_import_jobs_by_status").on(table.organizationId, table.status, table.id),
    index("lms_import_jobs_by_course").on(table.organizationId, table.courseId, table.id),
    index("lms_import_jobs_by_configuration").on(
      table.organizationId,
      table.lmsConfigurationId,
      table.id,
    ),
    index("lms_import_jobs_bundles")
      .on(table.organizationId, table.courseId)
      .where(sql`bundle_key IS NOT NULL`),
    check(
      "lms_import_jobs_status",
      sql`status IN ('pending', 'uploading', 'processing', 'succeeded', 'failed')`,
    ),
    check("lms_import_jobs_operation", sql`operation IN ('publish', 'empty')`),
    check("lms_import_jobs_progress", sql`progress_percent BETWEEN 0 AND 100`),
  ],
);

export type ErrorDetails = { issues?: ValidationIssue[]; said?: string };
export type JobMetadata = {
  warnings?: ValidationIssue[];
  sizeBytes?: number;
  /** The same bytes stood there already: nothing was uploaded. */
  unchanged?: boolean;
  /** The instance's own last word about the import. */
  said?: string;
  startDate?: number;
  enrollmentStart?: number;
  enrollmentEnd?: number;
  title?: string;
};

export type ConfigurationRow = typeof lmsConfigurations.$inferSelect;
export type JobRow = typeof lmsImportJobs.$inferSelect;
