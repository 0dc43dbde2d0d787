import { and, eq, inArray, sql } from "drizzle-orm";
import { newId } from "../kernel/id.ts";
import type { Db, Statement } from "../kernel/statement.ts";
import { taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { buildBundle } from "./build-step.ts";
import { importCompleted } from "./events.ts";
import { checkCourse, poll, skip, verify } from "./follow-steps.ts";
import { importPayload } from "./import-step.ts";
import { ACTIVE_STATUSES } from "./job.ts";
import { lmsImportJobs } from "./schema.ts";
import { tidy } from "./tidy-step.ts";
import { search, send } from "./upload-steps.ts";

/**
 * A course on its way to an instance. Each step builds, or asks once, and commits what came of it; whoever
 * waits is a row with its time, so that a Worker that dies at any point carries on.
 */
export const importTask = taskKind({
  kind: "openedx.import",
  queue: "jobs",
  payload: importPayload,
  attemptsMax: 6,
  timeoutMs: 60 * SECOND,
  steps: { build: buildBundle, check: checkCourse, send, search, poll, skip, verify, tidy },
  death: ({ orgId, subject, db, now }) => died(db, { orgId, jobId: subject, now }),
});

/** With the dead letter: nobody has read the job here, so its event is made of the row itself. */
const died = (
  db: Db,
  { orgId, jobId, now }: { orgId: string; jobId: string; now: number },
): Statement[] => [
  db
    .update(lmsImportJobs)
    .set({
      status: "failed",
      errorCode: "IMPORT_ERROR",
      errorMessage:
        "Lyceum itself could not carry this to its end: look at /lms/admin/dead-letters, and publish again",
      completedAt: now,
      durationMs: sql`${now} - coalesce(${lmsImportJobs.startedAt}, ${lmsImportJobs.createdAt})`,
      version: sql`${lmsImportJobs.version} + 1`,
      updatedAt: now,
    })
    .where(
      and(
        eq(lmsImportJobs.organizationId, orgId),
        eq(lmsImportJobs.id, jobId),
        inArray(lmsImportJobs.status, [...ACTIVE_STATUSES]),
      ),
    ),
  db.all(sql`insert into domain_event_log (event_id, event_name, version, kind, aggregate_type,
      aggregate_id, aggregate_version, organization_id, actor_type, actor_id, correlation_id,
      payload, metadata, occurred_at)
    select ${newId()}, ${importCompleted.type}, ${importCompleted.version}, 'domain',
      ${importCompleted.root}, id, version, organization_id, 'system', 'system', id,
      json_object('jobId', id, 'courseId', course_id, 'configurationId', lms_configuration_id,
        'operation', operation, 'edxCourseKey', edx_course_key, 'outcome', 'failed',
        'errorCode', error_code, 'courseUrl', null, 'durationMs', duration_ms), '{}', ${now}
    from lms_import_jobs where organization_id = ${orgId} and id = ${jobId} and changes() = 1`),
];
