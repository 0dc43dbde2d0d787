import { and, desc, eq, sql } from "drizzle-orm";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Db } from "../kernel/statement.ts";
import { SECOND } from "../kernel/time.ts";
import { type ConfigurationRow, type JobRow, lmsImportJobs } from "./schema.ts";

export type CourseKey = { org: string; code: string; run: string };

export const keyOf = ({ org, code, run }: CourseKey): string => `course-v1:${org}+${code}+${run}`;

export function partsOf(key: string): CourseKey {
  const [org = "", code = "", run = ""] = key.slice("course-v1:".length).split("+");
  return { org, code, run };
}

/** Reached an instance, whatever became of it then. */
export const reached = sql`(${lmsImportJobs.uploadStartedAt} is not null
  or ${lmsImportJobs.status} = 'succeeded')`;

/** The course's last job through a connection that reached the instance: it says under which key it stands. */
export const publicationOf = (
  db: Db,
  orgId: string,
  { courseId, configurationId }: { courseId: string; configurationId: string },
) =>
  db
    .select()
    .from(lmsImportJobs)
    .where(
      and(
        eq(lmsImportJobs.organizationId, orgId),
        eq(lmsImportJobs.courseId, courseId),
        eq(lmsImportJobs.lmsConfigurationId, configurationId),
        reached,
      ),
    )
    .orderBy(desc(lmsImportJobs.id))
    .limit(1);

/** The last of our own jobs that put something under a key, this one left out. */
export const lastAtKey = (db: Db, job: { orgId: string; jobId: string }) => {
  const own = sql`(select course_id, lms_configuration_id, edx_course_key from lms_import_jobs
    where organization_id = ${job.orgId} and id = ${job.jobId})`;
  return db
    .select()
    .from(lmsImportJobs)
    .where(
      and(
        eq(lmsImportJobs.organizationId, job.orgId),
        sql`(${lmsImportJobs.courseId}, ${lmsImportJobs.lmsConfigurationId},
          ${lmsImportJobs.edxCourseKey}) = ${own}`,
        sql`${lmsImportJobs.id} <> ${job.jobId}`,
        reached,
      ),
    )
    .orderBy(desc(lmsImportJobs.id))
    .limit(1);
};

/** Why a connection takes no job, before anybody is asked. */
export function closed(
  configuration: ConfigurationRow,
  active: { id: string } | undefined,
): Refusal<"FEATURE_DISABLED" | "IMPORT_IN_PROGRESS"> | undefined {
  if (!configuration.isActive) {
    return refuse("FEATURE_DISABLED", "This connection is switched off: set isActive");
  }
  if (configuration.type !== "openedx") {
    return refuse(
      "FEATURE_DISABLED",
      `Publishing to ${configuration.type} is not supported yet: export a Common Cartridge meanwhile`,
    );
  }
  if (active) {
    return refuse("IMPORT_IN_PROGRESS", "A job of this course is under way: wait, or cancel it", {
      more: { jobId: active.id },
    });
  }
  return undefined;
}

const USUAL_SECONDS = 60;

/** As long as the last one took, else as long as they usually do. */
export const estimateOf = (last: Pick<JobRow, "durationMs" | "status"> | undefined): number =>
  last?.status === "succeeded" && last.durationMs
    ? Math.max(1, Math.ceil(last.durationMs / SECOND))
    : USUAL_SECONDS;

type NewJob = Pick<
  JobRow,
  | "id"
  | "organizationId"
  | "courseId"
  | "lmsConfigurationId"
  | "operation"
  | "edxCourseKey"
  | "metadata"
  | "createdBy"
>;

/** Each job's own, so that no other one's end can take it away. */
const bundleKeyOf = ({ organizationId, courseId, id }: NewJob): string =>
  `${organizationId}/openedx/${courseId}/${id}.tar.gz`;

export const newJob = (given: NewJob, now: number): JobRow => ({
  ...given,
  edxTaskId: null,
  status: "pending",
  progressPercent: 0,
  fileName: null,
  bundleKey: bundleKeyOf(given),
  bundleSha256: null,
  uploadStartedAt: null,
  startedAt: null,
  completedAt: null,
  durationMs: null,
  errorCode: null,
  errorMessage: null,
  errorDetails: null,
  courseUrl: null,
  studioUrl: null,
  version: 1,
  createdAt: now,
  updatedAt: now,
  deletedAt: null,
});
