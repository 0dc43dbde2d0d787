import { and, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { present } from "../kernel/columns.ts";
import { isRefusal } from "../kernel/error.ts";
import {
  isLmsFault,
  type LMSAdapter,
  type LmsErrorCode,
  type LmsFault,
} from "../kernel/lms-adapter.ts";
import { type Db, found } from "../kernel/statement.ts";
import type { StepAsk, StepResult } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { answeredWell, counts, failedOnce, openFor } from "./breaker.ts";
import { adapterOf } from "./configuration.ts";
import { isActive, jobById, jobChanged } from "./job.ts";
import {
  type ConfigurationRow,
  type ErrorDetails,
  type JobRow,
  lmsConfigurations,
} from "./schema.ts";

export const importPayload = z.strictObject({
  courseId: z.string(),
  /** The upload under way, from 1: part of its file's name. */
  uploads: z.int(),
  /** Faults of the instance in a row, at the step that the task is at. */
  faults: z.int(),
  /** How often it has polled, searched or verified. */
  waits: z.int(),
  /** Since when the import is followed, in epoch milliseconds: a Worker that died in between costs it nothing. */
  since: z.int().nullable(),
  /** The bundle has gone up a second time after a reply was lost. */
  resent: z.boolean(),
  /** These very bytes were the last that we put there. */
  unchanged: z.boolean(),
});
export type ImportPayload = z.infer<typeof importPayload>;

export const newImport = (courseId: string): ImportPayload => ({
  courseId,
  uploads: 1,
  faults: 0,
  waits: 0,
  since: null,
  resent: false,
  unchanged: false,
});

/** A job under way at one of its steps. */
export type UnderWay = {
  job: JobRow;
  configuration: ConfigurationRow;
  adapter: LMSAdapter;
  ask: StepAsk<ImportPayload>;
};

export const jobReads = (db: Db, orgId: string, jobId: string) => ({
  job: found("Job", jobById(db, orgId, jobId)),
  configuration: found(
    "Configuration",
    db
      .select()
      .from(lmsConfigurations)
      .where(
        and(
          present(lmsConfigurations, orgId),
          eq(
            lmsConfigurations.id,
            sql`(select lms_configuration_id from lms_import_jobs
              where organization_id = ${orgId} and id = ${jobId})`,
          ),
        ),
      ),
  ),
});

type Rows = { job: JobRow; configuration: ConfigurationRow };

/**
 * A step that asks the instance: not while its circuit is open, and not for a job that has ended. A fault that
 * another try may not meet brings the same step again after 1, 2, 4 … seconds; any other ends the job.
 */
export const asking =
  (name: string, act: (under: UnderWay) => Promise<StepResult | LmsFault>) =>
  async ({ job, configuration }: Rows, ask: StepAsk<ImportPayload>): Promise<StepResult> => {
    if (!isActive(job)) return ENDED;
    const waitMs = openFor(configuration, ask.now);
    if (waitMs > 0) return { next: { step: name, delayMs: waitMs } };
    const adapter = await adapterOf(configuration, ask.ports);
    if (isRefusal(adapter)) return failed({ job, ask }, "AUTH_ERROR", adapter.detail);
    const result = await act({ job, configuration, adapter, ask });
    if (isLmsFault(result)) return afterFault({ job, configuration, ask }, name, result);
    const { writes = [], ...rest } = result;
    return { ...rest, writes: [...writes, ...answeredWell(ask.db, configuration)] };
  };

function afterFault(
  { job, configuration, ask }: Omit<UnderWay, "adapter">,
  name: string,
  fault: LmsFault,
): StepResult {
  const { db, now, payload } = ask;
  const counted = counts(fault) ? [failedOnce(db, configuration, now)] : [];
  if (fault.again && payload.faults < configuration.maxRetries) {
    const delayMs = retryMs(fault, payload);
    return { writes: counted, next: { step: name, delayMs, payload: again(payload) } };
  }
  const end = failedBy({ job, ask }, fault);
  return { ...end, writes: [...counted, ...(end.writes ?? [])] };
}

export const retryMs = ({ waitMs }: LmsFault, { faults }: ImportPayload): number =>
  waitMs ?? SECOND * 2 ** faults;

export const again = (payload: ImportPayload): ImportPayload => ({
  ...payload,
  faults: payload.faults + 1,
});

type Ending = Pick<UnderWay, "job" | "ask">;

export const failedBy = (at: Ending, { fault, message }: LmsFault): StepResult =>
  failed(at, fault === "NOT_SUPPORTED" ? "IMPORT_ERROR" : fault, message);

export function failed(
  { job, ask: { db, now } }: Ending,
  errorCode: LmsErrorCode,
  errorMessage: string,
  errorDetails: ErrorDetails | null = null,
): StepResult {
  const set = { status: "failed" as const, errorCode, errorMessage, errorDetails };
  const { job: _, ...rest } = jobChanged(db, job, set, now);
  return { ...rest, ...ENDED };
}

/** Whatever way a job has ended, the bundles that nobody needs from then on go. */
export const ENDED = { next: { step: "tidy" } } satisfies StepResult;

/** The job with what has changed, and the step that comes next. */
export function moved(
  { job, ask: { db, now, payload } }: Ending,
  set: Parameters<typeof jobChanged>[2],
  next: { step: string; delayMs?: number; payload?: Partial<ImportPayload> },
): StepResult {
  const { job: _, ...rest } = jobChanged(db, job, set, now);
  return { ...rest, next: { ...next, payload: { ...payload, faults: 0, ...next.payload } } };
}

/** Short, ASCII and its own: by it the instance's task list tells this upload from all others. */
const fileNameOf = ({ id }: Pick<JobRow, "id">, uploads: number): string =>
  `lyceum-${id}-${uploads}.tar.gz`;

/** What a job is when the next upload may begin. */
export const readyToSend = (job: JobRow, uploads: number) => ({
  status: "uploading" as const,
  fileName: fileNameOf(job, uploads),
  uploadStartedAt: null,
  progressPercent: Math.max(job.progressPercent, 30),
});
