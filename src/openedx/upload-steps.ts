import { and, eq, isNull, sql } from "drizzle-orm";
import { isLmsFault, type LmsFault } from "../kernel/lms-adapter.ts";
import type { Db } from "../kernel/statement.ts";
import { type StepAsk, type StepResult, step } from "../kernel/task.ts";
import { MINUTE, SECOND } from "../kernel/time.ts";
import { counts, failedOnce } from "./breaker.ts";
import {
  again,
  asking,
  failedBy,
  type ImportPayload,
  jobReads,
  moved,
  readyToSend,
  retryMs,
  type UnderWay,
} from "./import-step.ts";
import { lmsImportJobs } from "./schema.ts";

/** Before each search for an upload whose reply was lost; the last is a minute after it. */
const SEARCHES_MS = [2, 4, 8, 16, 30].map((seconds) => seconds * SECOND);

type Read = { db: Db; orgId: string; subject: string; now: number };

/**
 * Claims the upload while it reads: of two runs of this step one sends, and whoever comes second looks whether
 * the first one's bundle has arrived. Not while the circuit is open, when nobody would send.
 */
const claim = ({ db, orgId, subject, now }: Read) =>
  db
    .update(lmsImportJobs)
    .set({ uploadStartedAt: now })
    .where(
      and(
        eq(lmsImportJobs.organizationId, orgId),
        eq(lmsImportJobs.id, subject),
        eq(lmsImportJobs.status, "uploading"),
        isNull(lmsImportJobs.uploadStartedAt),
        sql`not exists (select 1 from lms_configurations
          where id = ${lmsImportJobs.lmsConfigurationId} and open_until > ${now})`,
      ),
    )
    .returning({ id: lmsImportJobs.id });

/** The one request that is not repeated unless the instance itself says that nothing came of it. */
export const send = step({
  timeoutMs: 5 * MINUTE,
  read: (ask: Read) => ({ ...jobReads(ask.db, ask.orgId, ask.subject), claimed: claim(ask) }),
  run: ({ claimed, ...rows }, ask: StepAsk<ImportPayload>) =>
    asking("send", (under) =>
      claimed.length === 1 ? upload(under) : Promise.resolve(searching(under)),
    )(rows, ask),
});

async function upload(under: UnderWay): Promise<StepResult | LmsFault> {
  const { job, adapter, ask } = under;
  const { ports, payload } = ask;
  const answer = await adapter.publishCourse(job.edxCourseKey, {
    fileName: job.fileName ?? "",
    size: job.metadata.sizeBytes ?? 0,
    body: async () => {
      const stored = await ports.files.get(job.bundleKey ?? "");
      if (!stored) throw new Error("The bundle is not in the bucket any more");
      return stored.body;
    },
  });
  if (!isLmsFault(answer)) {
    const set = { status: "processing" as const, edxTaskId: answer.taskId, progressPercent: 40 };
    return moved(under, set, {
      step: "poll",
      delayMs: 2 * SECOND,
      payload: { waits: 0, since: ask.now },
    });
  }
  if (answer.lost) return { ...searching(under), writes: [counted(under)] };
  if (!answer.again || payload.faults >= under.configuration.maxRetries)
    return { ...answer, again: false };
  // The instance said itself that this one failed: the next goes under a name of its own.
  const uploads = payload.uploads + 1;
  const retried = moved(under, readyToSend(job, uploads), {
    step: "send",
    delayMs: retryMs(answer, payload),
    payload: { ...again(payload), uploads },
  });
  const fault = counts(answer) ? [counted(under)] : [];
  return { ...retried, writes: [...(retried.writes ?? []), ...fault] };
}

const counted = ({ ask: { db, now }, configuration }: UnderWay) =>
  failedOnce(db, configuration, now);

/** The reply is lost and the import may be running: the job keeps its lock and looks for its file. */
const searching = ({ ask: { payload } }: UnderWay): StepResult => ({
  next: {
    step: "search",
    delayMs: SEARCHES_MS[0] ?? 0,
    payload: { ...payload, waits: 0 },
  },
});

export const search = step({
  read: ({ db, orgId, subject }: Read) => jobReads(db, orgId, subject),
  run: asking("search", async (under) => {
    const { job, adapter, ask } = under;
    const { payload } = ask;
    const found = await adapter.findImport(job.edxCourseKey, job.fileName ?? "");
    if (!isLmsFault(found) && found.found) {
      const set = { status: "processing" as const, progressPercent: 40 };
      return moved(under, set, {
        step: "poll",
        delayMs: 2 * SECOND,
        payload: { waits: 0, since: ask.now },
      });
    }
    const waits = payload.waits + 1;
    const delayMs = SEARCHES_MS[waits];
    if (delayMs !== undefined) {
      return { next: { step: "search", delayMs, payload: { ...payload, waits } } };
    }
    if (payload.resent) return failedBy(under, isLmsFault(found) ? found : TWICE_LOST);
    const uploads = payload.uploads + 1;
    return moved(under, readyToSend(job, uploads), {
      step: "send",
      payload: { uploads, resent: true, waits: 0 },
    });
  }),
});

const TWICE_LOST: LmsFault = {
  fault: "NETWORK_ERROR",
  message:
    "The connection broke while the bundle was on its way, twice, and the instance lists neither upload: look whether it is well, and publish again",
  again: false,
};
