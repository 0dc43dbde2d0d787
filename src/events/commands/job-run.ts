import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { notFound, refuse } from "../../kernel/error.ts";
import { EVERY_ORGANIZATION, runOf } from "../../kernel/job-run.ts";
import { iso, shownInstant } from "../../kernel/time.ts";

/** The operator's alone: a run is of no organization, and nobody who is of one may start it. */
export const jobRun = command({
  type: "lms.job.run",
  summary: "Start a scheduled job now",
  input: z.strictObject({ name: z.string().max(100) }),
  output: z.object({ id: z.string(), job: z.string(), dueAt: shownInstant }),
  statuses: [202],
  permission: { action: "job:run" },
  emits: [],
  refuses: [],
  read: () => ({}),
  decide: (_, { db, input, actor, now, id: newId, jobs }) => {
    if (actor.orgId !== EVERY_ORGANIZATION) {
      return refuse("PERMISSION_DENIED", "Permission denied: job:run");
    }
    const job = jobs.get(input.name);
    if (!job) return notFound("Job");
    const id = newId();
    return {
      answer: { id, job: job.name, dueAt: iso(now) },
      ...runOf(db, job, { id, dueAt: now, origin: "operator", now }),
      lostOn: ["lms_job_runs.job, lms_job_runs.due_at"],
    };
  },
});
