import { sql } from "drizzle-orm";
import * as z from "zod";
import { type Code, errorText } from "./error.ts";
import type { Position } from "./page.ts";
import { lmsJobRuns } from "./schema.ts";
import type { Db, Reads, Rows, Statement } from "./statement.ts";
import {
  type NamedCommand,
  type StepAsk,
  type StepResult,
  type TaskKind,
  taskKind,
} from "./task.ts";
import { SECOND } from "./time.ts";

/** Rows a page, where each is judged alone or written with the others. */
export const PAGE_ROWS = 200;
/** Rows a page, where each is a command of two round trips. */
export const PAGE_COMMANDS = 50;

const payload = z.strictObject({
  dueAt: z.int(),
  cursor: z.array(z.union([z.string(), z.number()])).nullable(),
});
type Payload = z.infer<typeof payload>;

/** `dueAt` is the minute that the run stands for, however late it runs; `cursor` where the last page ended. */
type Page = { dueAt: number; cursor: Position | null };

export type JobRead = Page & { db: Db; now: number };
export type JobAsk = Page & Omit<StepAsk<Payload>, "payload" | "orgId" | "subject" | "actor">;

/** What a page commits in one batch: its effects, its counts and the next cursor. */
export type JobPage = Omit<StepResult, "next"> & {
  processed: number;
  /** Rows left as they are for the next run. */
  failed?: number;
  /** Absent after the last page. */
  next?: Position;
};

/**
 * A scheduled job: a task that pages through its rows by key, over all organizations. It says what it has
 * to say in a row's own organization by `inOrganizations`. A page that runs twice has one effect.
 */
export type Job<R extends Reads = Reads> = {
  readonly name: string;
  readonly summary: string;
  /** Five fields in UTC, weekdays by name. */
  readonly cron: string;
  /** Of several missed minutes each runs, not the last alone. */
  readonly everyMissed?: boolean;
  read(ask: JobRead): R;
  run(rows: Rows<R>, ask: JobAsk): Promise<JobPage>;
};

export const job = <R extends Reads>(definition: Job<R>): Job<R> => definition;

/** Where a page of `limit` rows ended, if there may be more of them. */
export const endOf = <R>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => Position,
): { next?: Position } => {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return last === undefined ? {} : { next: keyOf(last) };
};

/** A Worker speaks to D1 over six connections at once. */
const AT_ONCE = 5;

/** A command for each row of a page. What only lost a race, or broke, is left for the next run. */
export async function dispatchEach(
  { dispatch, log }: Pick<JobAsk, "dispatch" | "log">,
  commands: readonly NamedCommand[],
): Promise<{ processed: number; failed: number }> {
  let failed = 0;
  const one = async (named: NamedCommand): Promise<void> => {
    try {
      const outcome = await dispatch(named);
      if (outcome.ok || !LOST.includes(outcome.refusal.refused)) return;
      failed += 1;
    } catch (error) {
      failed += 1;
      const line = { unit: "job", command: named.type, orgId: named.orgId, outcome: "failed" };
      log({ level: "warn", ...line, error: errorText(error) });
    }
  };
  for (let from = 0; from < commands.length; from += AT_ONCE) {
    await Promise.all(commands.slice(from, from + AT_ONCE).map(one));
  }
  return { processed: commands.length - failed, failed };
}
const LOST: readonly Code[] = ["CONFLICT", "OVERLOADED"];

const FIRST: Pick<Payload, "cursor"> = { cursor: null };
export const payloadOfRun = (dueAt: number): Payload => ({ ...FIRST, dueAt });

/** The task whose steps are a job's pages; its subject is the run. */
export const taskOfJob = (of: Job): TaskKind<Payload> =>
  taskKind({
    kind: of.name,
    queue: "jobs",
    payload,
    attemptsMax: 8,
    timeoutMs: 60 * SECOND,
    steps: {
      page: {
        read: ({ db, payload: { dueAt, cursor }, now }) => of.read({ db, dueAt, cursor, now }),
        run: async (rows, { payload: { dueAt, cursor }, subject, ...ask }) => {
          const page = await of.run(rows as never, { ...ask, dueAt, cursor });
          const { next, processed, failed = 0, writes = [], ...said } = page;
          const count = counted(ask.db, subject, {
            processed,
            failed,
            finishedAt: next === undefined ? ask.now : null,
          });
          return {
            ...said,
            writes: [...writes, count],
            ...(next && { next: { step: "page", payload: { dueAt, cursor: next } } }),
          };
        },
      },
    },
    death: ({ db, subject, now }) => [
      counted(db, subject, { processed: 0, failed: 1, finishedAt: now }),
    ],
  });

const counted = (
  db: Db,
  runId: string,
  {
    processed,
    failed,
    finishedAt,
  }: { processed: number; failed: number; finishedAt: number | null },
): Statement =>
  db
    .update(lmsJobRuns)
    .set({
      processed: sql`processed + ${processed}`,
      failed: sql`failed + ${failed}`,
      finishedAt,
    })
    .where(sql`${lmsJobRuns.id} = ${runId}`);
