import { type ImportState, isLmsFault, type LmsFault } from "../kernel/lms-adapter.ts";
import type { Db } from "../kernel/statement.ts";
import { type StepAsk, type StepResult, step } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import {
  asking,
  ENDED,
  failed,
  type ImportPayload,
  jobReads,
  moved,
  readyToSend,
  type UnderWay,
} from "./import-step.ts";
import { isActive, jobChanged } from "./job.ts";
import type { JobRow } from "./schema.ts";

type Read = { db: Db; orgId: string; subject: string };

const WAIT_MAX_MS = 16 * SECOND;
/** 2, 4, 8, 16, 16 … seconds. */
const waitMs = (waits: number): number => Math.min(2 * SECOND * 2 ** waits, WAIT_MAX_MS);

/** How often the LMS is asked whether it shows the course, before the job fails over it. */
const VERIFIED_MAX = 5;

const reading = ({ db, orgId, subject }: Read) => jobReads(db, orgId, subject);

/** Existence and rights first: an import into a course that is not there is taken, and fails without a word. */
export const checkCourse = step({
  read: reading,
  run: asking("check", async (under) => {
    const { job, configuration, adapter, ask } = under;
    const key = job.edxCourseKey;
    const there = await adapter.findCourse(key);
    if (isLmsFault(there)) return there;
    if (!there.exists) {
      if (job.operation === "empty") {
        return failed(
          under,
          "IMPORT_REJECTED",
          `There is no ${key} on the instance any more: nothing is left to empty`,
        );
      }
      if (!configuration.autoCreateCourse) {
        return failed(
          under,
          "IMPORT_REJECTED",
          `There is no ${key} on the instance: create it in Studio, or switch autoCreateCourse on`,
        );
      }
      const { title = key, startDate = ask.now } = job.metadata;
      const made = await adapter.createCourse({ key, title, startsAt: startDate });
      if (isLmsFault(made)) return made;
    } else if (ask.payload.unchanged) {
      const page = await adapter.coursePage(key);
      if (isLmsFault(page)) return page;
      const stands = page.exists && differenceOf(page, job) === undefined;
      if (stands)
        return moved(under, { status: "uploading", progressPercent: 30 }, { step: "skip" });
    }
    return moved(under, readyToSend(job, ask.payload.uploads), {
      step: "send",
      payload: { unchanged: false },
    });
  }),
});

/** The very same course stands there already: nothing goes up. */
export const skip = step({
  read: reading,
  run: async ({ job }, ask: StepAsk<ImportPayload>) =>
    isActive(job)
      ? moved(
          { job, ask },
          {
            status: "processing",
            progressPercent: 90,
            metadata: { ...job.metadata, unchanged: true },
          },
          { step: "verify", payload: { waits: 0 } },
        )
      : ENDED,
});

/** Of the steps that the platform names; whatever else it says is one of them. */
const PROGRESS: Readonly<Record<string, number>> = {
  Pending: 45,
  "In Progress": 50,
  Unpacking: 60,
  Verifying: 70,
  Updating: 80,
};

export const poll = step({
  read: reading,
  run: asking("poll", async (under) => {
    const { job, configuration, ask } = under;
    const state = await stateOf(under);
    if (isLmsFault(state)) return state;
    const { said } = state;
    const metadata = { ...job.metadata, said };
    if (state.state === "succeeded") {
      const set = { progressPercent: 90, metadata };
      return moved(under, set, { step: "verify", payload: { waits: 0 } });
    }
    if (state.state === "failed") {
      const why = state.reason ?? "it tells no reason: ask its operator to look into Studio's log";
      return failed(under, "IMPORT_ERROR", `The import ended as “${said}”: ${why}`, { said });
    }
    const waitedMs = ask.now - (ask.payload.since ?? ask.now);
    if (waitedMs >= configuration.importTimeoutSeconds * SECOND) {
      return failed(
        under,
        "IMPORT_TIMEOUT",
        `The instance accepted the file and has not finished it in ${configuration.importTimeoutSeconds} s; its last word was “${said}”. Ask its operator whether a CMS worker runs, or raise importTimeoutSeconds`,
        { said },
      );
    }
    const waits = ask.payload.waits + 1;
    const next = { step: "poll", delayMs: waitMs(waits), payload: { waits } };
    const progressPercent = Math.max(job.progressPercent, PROGRESS[said] ?? 0);
    const isNews = progressPercent !== job.progressPercent || said !== job.metadata.said;
    if (isNews) return moved(under, { progressPercent, metadata }, next);
    return { next: { ...next, payload: { ...ask.payload, faults: 0, waits } } };
  }),
});

/** By the task's id where the upload's reply has told it, else as the task list shows the file. */
async function stateOf({
  job,
  adapter,
}: UnderWay): Promise<(ImportState & { reason?: string }) | LmsFault> {
  const { edxCourseKey: key, edxTaskId: taskId, fileName } = job;
  if (fileName === null) throw new Error("A job that is polled has a file");
  if (taskId === null) {
    const found = await adapter.findImport(key, fileName);
    if (isLmsFault(found)) return found;
    return found.found ? found : { state: "running", said: "Pending" };
  }
  const state = await adapter.importState(key, { taskId, fileName });
  if (isLmsFault(state) || state.state !== "failed") return state;
  // Best effort: the status itself never says why.
  const found = await adapter.findImport(key, fileName);
  const reason = !isLmsFault(found) && found.found ? found.reason : undefined;
  return reason === undefined ? state : { ...state, reason };
}

/** A policy that the platform could not read is ignored without a word: title and start are looked at. */
export const verify = step({
  read: reading,
  run: asking("verify", async (under) => {
    const { job, adapter, ask } = under;
    const page = await adapter.coursePage(job.edxCourseKey);
    if (isLmsFault(page)) return page;
    const difference = page.exists ? differenceOf(page, job) : "it does not show the course";
    if (difference === undefined) return succeeded(under);
    const waits = ask.payload.waits + 1;
    if (waits < VERIFIED_MAX) {
      const payload = { ...ask.payload, faults: 0, waits };
      return { next: { step: "verify", delayMs: waitMs(waits - 1), payload } };
    }
    const message = `The import succeeded, but the LMS does not show what was published: ${difference}. Look at the course there, and publish again`;
    return failed(under, "IMPORT_ERROR", message);
  }),
});

function succeeded({ job, adapter, ask: { db, now } }: UnderWay): StepResult {
  const set = {
    status: "succeeded" as const,
    progressPercent: 100,
    ...adapter.links(job.edxCourseKey),
  };
  const { job: _, ...rest } = jobChanged(db, job, set, now);
  return { ...rest, ...ENDED };
}

type Shown = { title: string; startsAt?: number };

/** To the second: the platform keeps no more of an instant. */
function differenceOf({ title, startsAt }: Shown, { metadata }: JobRow): string | undefined {
  if (metadata.title !== undefined && title.trim() !== metadata.title.trim()) {
    return `its title there is “${title.slice(0, 100)}”`;
  }
  const seconds = (ms: number): number => Math.floor(ms / SECOND);
  const due = metadata.startDate;
  if (due === undefined) return undefined;
  if (startsAt === undefined) return "it has no start there";
  return seconds(startsAt) === seconds(due)
    ? undefined
    : `it starts there at ${new Date(startsAt).toISOString()}`;
}
