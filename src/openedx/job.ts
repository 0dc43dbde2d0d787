import { and, eq, inArray, sql } from "drizzle-orm";
import * as z from "zod";
import { courseById } from "../catalog/statements.ts";
import { event, type NewEvent } from "../kernel/event.ts";
import { type Db, found, revise, type Statement } from "../kernel/statement.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { importCompleted, importProgress } from "./events.ts";
import { IMPORT_STATUSES, type JobRow, lmsImportJobs, OPERATIONS } from "./schema.ts";

export const ACTIVE_STATUSES = ["pending", "uploading", "processing"] as const;

export const isActive = ({ status }: Pick<JobRow, "status">): boolean =>
  ACTIVE_STATUSES.some((one) => one === status);

const issue = z.object({
  path: z.string(),
  message: z.string(),
  severity: z.enum(["error", "warning"]),
  code: z.string().optional(),
  moduleId: z.string().optional(),
});

export const jobAnswer = z.object({
  id: z.string(),
  courseId: z.string(),
  configurationId: z.string(),
  operation: z.enum(OPERATIONS).describe("empty puts an empty course in its place"),
  edxCourseKey: z.string(),
  edxTaskId: z.string().nullable(),
  status: z.enum(IMPORT_STATUSES),
  progressPercent: z.int(),
  startedAt: shownInstant.nullable(),
  completedAt: shownInstant.nullable(),
  durationMs: z.int().nullable(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable().describe("What happened, and what to do about it"),
  errorDetails: z
    .object({ issues: z.array(issue).optional(), said: z.string().optional() })
    .nullable(),
  courseUrl: z.string().nullable(),
  studioUrl: z.string().nullable(),
  metadata: z.object({
    warnings: z.array(issue).optional(),
    sizeBytes: z.int().optional(),
    unchanged: z.boolean().optional().describe("The same bytes stood there already"),
    said: z.string().optional(),
  }),
  bundleSha256: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

export const showJob = (row: JobRow): z.infer<typeof jobAnswer> => {
  const { warnings, sizeBytes, unchanged, said } = row.metadata;
  return {
    id: row.id,
    courseId: row.courseId,
    configurationId: row.lmsConfigurationId,
    operation: row.operation,
    edxCourseKey: row.edxCourseKey,
    edxTaskId: row.edxTaskId,
    status: row.status,
    progressPercent: row.progressPercent,
    startedAt: isoOrNull(row.startedAt),
    completedAt: isoOrNull(row.completedAt),
    durationMs: row.durationMs,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    errorDetails: row.errorDetails,
    courseUrl: row.courseUrl,
    studioUrl: row.studioUrl,
    metadata: {
      ...(warnings && { warnings }),
      ...(sizeBytes !== undefined && { sizeBytes }),
      ...(unchanged !== undefined && { unchanged }),
      ...(said !== undefined && { said }),
    },
    bundleSha256: row.bundleSha256,
    createdBy: row.createdBy,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    version: row.version,
  };
};

export const jobById = (db: Db, orgId: string, jobId: string) =>
  db
    .select()
    .from(lmsImportJobs)
    .where(and(eq(lmsImportJobs.organizationId, orgId), eq(lmsImportJobs.id, jobId)));

/** A job and the course that it is of: whose the course is, its job is. */
export const jobWithCourse = (db: Db, orgId: string, jobId: string) => ({
  job: found("Job", jobById(db, orgId, jobId)),
  course: found(
    "Job",
    courseById(
      db,
      orgId,
      sql`(select course_id from lms_import_jobs where organization_id = ${orgId} and id = ${jobId})`,
    ),
  ),
});

const active = inArray(lmsImportJobs.status, [...ACTIVE_STATUSES]);

export const activeJobOf = (db: Db, orgId: string, courseId: string) =>
  db
    .select({ id: lmsImportJobs.id })
    .from(lmsImportJobs)
    .where(
      and(eq(lmsImportJobs.organizationId, orgId), eq(lmsImportJobs.courseId, courseId), active),
    )
    .limit(1);

export const activeJobThrough = (db: Db, orgId: string, configurationId: string) =>
  db
    .select({ id: lmsImportJobs.id })
    .from(lmsImportJobs)
    .where(
      and(
        eq(lmsImportJobs.organizationId, orgId),
        eq(lmsImportJobs.lmsConfigurationId, configurationId),
        active,
      ),
    )
    .limit(1);

/** What a caller is told whose job has been taken. */
export const acceptedJob = z.object({
  jobId: z.string(),
  edxCourseKey: z.string(),
  status: z.enum(IMPORT_STATUSES),
  estimatedDurationSeconds: z.int(),
});

export const namesJob = (job: JobRow) => ({
  jobId: job.id,
  courseId: job.courseId,
  configurationId: job.lmsConfigurationId,
  operation: job.operation,
  edxCourseKey: job.edxCourseKey,
});

type JobSet = Partial<Omit<JobRow, "id" | "organizationId" | "version">>;

/** A change of a job, with the event that tells of it; its number is the guard against a cancellation. */
export function jobChanged(
  db: Db,
  job: JobRow,
  set: JobSet,
  now: number,
): { job: JobRow; writes: Statement[]; events: NewEvent[] } {
  const ends = set.status === "succeeded" || set.status === "failed";
  const ended = ends
    ? { completedAt: now, durationMs: now - (job.startedAt ?? job.createdAt) }
    : {};
  const all = { ...set, ...ended };
  const next: JobRow = { ...job, ...all, version: job.version + 1, updatedAt: now };
  const told = ends
    ? event(importCompleted, job, {
        ...namesJob(next),
        outcome: next.status === "succeeded" ? ("succeeded" as const) : ("failed" as const),
        errorCode: next.errorCode,
        courseUrl: next.courseUrl,
        durationMs: next.durationMs ?? 0,
      })
    : event(importProgress, job, {
        ...namesJob(next),
        status: next.status,
        progressPercent: next.progressPercent,
      });
  return { job: next, writes: [revise(db, lmsImportJobs, job, all, { now })], events: [told] };
}
