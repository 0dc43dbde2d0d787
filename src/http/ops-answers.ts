import * as z from "zod";
import { scheduleOf } from "../kernel/cron.ts";
import type { Job } from "../kernel/job.ts";
import type { JobRunRow } from "../kernel/job-run.ts";
import { pageInput } from "../kernel/page.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";

export const jobRunsInput = z.strictObject({ ...pageInput, job: z.string().max(100).optional() });

export const jobRunAnswer = z
  .object({
    id: z.string(),
    job: z.string(),
    dueAt: shownInstant.describe("The minute that the run stands for"),
    origin: z.enum(["schedule", "operator"]),
    startedAt: shownInstant,
    finishedAt: shownInstant.nullable(),
    processed: z.int(),
    failed: z.int().describe("Left for the next run"),
  })
  .meta({ id: "JobRun" });

export const jobAnswer = z.object({
  name: z.string(),
  summary: z.string(),
  cron: z.string().describe("Five fields, UTC"),
  everyMissed: z.boolean().describe("After an outage each missed minute runs, not the last alone"),
  nextDueAt: shownInstant,
  lastRun: jobRunAnswer.nullable(),
});

export const showRun = (run: JobRunRow): z.infer<typeof jobRunAnswer> => ({
  id: run.id,
  job: run.job,
  dueAt: iso(run.dueAt),
  origin: run.origin,
  startedAt: iso(run.startedAt),
  finishedAt: isoOrNull(run.finishedAt),
  processed: run.processed,
  failed: run.failed,
});

export const showJob = (
  { name, summary, cron, everyMissed = false }: Job,
  lastRun: JobRunRow | undefined,
  now: number,
): z.infer<typeof jobAnswer> => ({
  name,
  summary,
  cron,
  everyMissed,
  nextDueAt: iso(scheduleOf(cron).next(now)),
  lastRun: lastRun === undefined ? null : showRun(lastRun),
});
