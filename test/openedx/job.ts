import { newId } from "../../src/kernel/id.ts";
import { rows } from "../harness/world.ts";

/** A job that has ended, as the history has it. */
export async function importJob(
  orgId: string,
  { courseId, configurationId }: { courseId: string; configurationId: string },
): Promise<string> {
  const id = newId();
  await rows(
    `INSERT INTO lms_import_jobs (id, organization_id, created_at, updated_at, version, course_id,
       lms_configuration_id, operation, edx_course_key, status, progress_percent, completed_at,
       duration_ms, upload_started_at, error_code, error_message, metadata)
     VALUES (?, ?, 0, 0, 1, ?, ?, 'publish', 'course-v1:Org+Code+run', 'failed', 40, 5, 5, 1,
       'NETWORK_ERROR', 'The connection to the instance broke', '{}')`,
    id,
    orgId,
    courseId,
    configurationId,
  );
  return id;
}
