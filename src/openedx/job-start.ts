import { event } from "../kernel/event.ts";
import { type Db, guard } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { isThere } from "./configuration.ts";
import { importStarted } from "./events.ts";
import { newImport } from "./import-step.ts";
import { namesJob } from "./job.ts";
import { estimateOf } from "./publication.ts";
import { type ConfigurationRow, type JobRow, lmsImportJobs } from "./schema.ts";
import { importTask } from "./tasks.ts";

/** All that a new job leaves behind, whatever it is to do, while its connection is there. */
export const jobStarted = (
  db: Db,
  job: JobRow,
  { configuration, last }: { configuration: ConfigurationRow; last: JobRow | undefined },
) => ({
  answer: {
    jobId: job.id,
    edxCourseKey: job.edxCourseKey,
    status: job.status,
    estimatedDurationSeconds: estimateOf(last),
  },
  events: [event(importStarted, { id: job.id, version: 0 }, namesJob(job))],
  writes: [db.insert(lmsImportJobs).values(job), guard(db, isThere(configuration))],
  tasks: [newTask(importTask, { subject: job.id, payload: newImport(job.courseId) })],
});
