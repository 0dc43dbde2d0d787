import { desc, sql } from "drizzle-orm";
import type { Registry } from "./context.ts";
import { scheduleOf } from "./cron.ts";
import { brokenConstraint } from "./error.ts";
import { type Job, payloadOfRun, taskOfJob } from "./job.ts";
import { outgoing, sendAfter } from "./outbox.ts";
import { afterCursor, type PageAsk, windowOf } from "./page.ts";
import { systemActor } from "./permission.ts";
import type { Host } from "./ports.ts";
import { lmsJobRuns } from "./schema.ts";
import type { Db, Statement } from "./statement.ts";
import { newTask } from "./task.ts";
import { MINUTE } from "./time.ts";

/** Jobs and their tasks belong to no organization. */
export const EVERY_ORGANIZATION = "*";

/** Missed days that one trigger starts; those left over wait for the next minute. */
const MISSED_MAX = 31;

export type JobRunRow = typeof lmsJobRuns.$inferSelect;
type Origin = JobRunRow["origin"];

/** What one trigger starts: each job's minutes since the last that was handled. */
export type DueRun = { job: Job; dueAt: number };

/**
 * The runs that fell due up to `now`. `handled` is each job's last scheduled minute; a job that never ran
 * is taken to be handled up to the last minute of any, and on a new database up to the minute before this.
 */
export function dueRuns(
  jobs: readonly Job[],
  handled: ReadonlyMap<string, number>,
  now: number,
): DueRun[] {
  const minute = Math.floor(now / MINUTE) * MINUTE;
  const known = [...handled.values()];
  const since = known.length > 0 ? Math.max(...known) : minute - 1;
  return jobs.flatMap((job) => {
    const schedule = scheduleOf(job.cron);
    const after = handled.get(job.name) ?? since;
    const last = schedule.last(minute);
    if (last <= after) return [];
    const minutes = job.everyMissed ? schedule.between(after, minute, MISSED_MAX) : [last];
    return minutes.map((dueAt) => ({ job, dueAt }));
  });
}

/** The one trigger of every minute: starts what is due. Of two triggers at once one starts each run. */
export async function startDueJobs(host: Host, registry: Registry): Promise<DueRun[]> {
  const jobs = [...registry.jobs.values()];
  if (jobs.length === 0) return [];
  const { db, batch } = host.databaseFor(EVERY_ORGANIZATION);
  const [rows] = await batch([lastHandled(db, jobs)]);
  const handled = (rows as { job: string; dueAt: number | null }[]).flatMap(
    ({ job, dueAt }): [string, number][] => (dueAt === null ? [] : [[job, dueAt]]),
  );
  const started: DueRun[] = [];
  for (const due of dueRuns(jobs, new Map(handled), host.now())) {
    if (await startRun(host, due)) started.push(due);
  }
  return started;
}

const lastHandled = (db: Db, jobs: readonly Job[]): Statement =>
  db.all(sql`select value as job, (select due_at from lms_job_runs
      where job = value and origin = 'schedule' order by due_at desc limit 1) as dueAt
    from json_each(${JSON.stringify(jobs.map((one) => one.name))})`);

/** Whether this run is ours to start: its row and its first page in one batch, or it was there already. */
export async function startRun(host: Host, { job, dueAt }: DueRun): Promise<boolean> {
  const { db, batch } = host.databaseFor(EVERY_ORGANIZATION);
  const now = host.now();
  const run = runOf(db, job, { id: host.id(), dueAt, origin: "schedule", now });
  const said = outgoing(host, db, run, {
    orgId: EVERY_ORGANIZATION,
    correlationId: host.id(),
    causationId: null,
    now,
    actor: systemActor(EVERY_ORGANIZATION),
  });
  try {
    await batch([...run.writes, ...said.statements]);
  } catch (error) {
    if (brokenConstraint(error).kind === "unique") return false;
    throw error;
  }
  sendAfter(host, said);
  return true;
}

/** A run's row and its task, for one batch; UNIQUE (job, due_at) fails it where the run is there already. */
export const runOf = (
  db: Db,
  job: Job,
  { id, dueAt, origin, now }: { id: string; dueAt: number; origin: Origin; now: number },
) => ({
  writes: [
    db
      .insert(lmsJobRuns)
      .values({ id, job: job.name, dueAt, origin, startedAt: now, processed: 0, failed: 0 }),
  ],
  tasks: [newTask(taskOfJob(job), { subject: id, payload: payloadOfRun(dueAt) })],
});

/** Each job's newest run. */
export const lastRuns = (db: Db, jobs: readonly Job[]) =>
  db
    .select()
    .from(lmsJobRuns)
    .where(
      sql`${lmsJobRuns.id} in (select (select id from lms_job_runs as run where run.job = value
          order by run.id desc limit 1) from json_each(${JSON.stringify(jobs.map((one) => one.name))}))`,
    );

/** A page of runs, the newest first, of one job or of all. */
export const jobRuns = (db: Db, ask: PageAsk & { job?: string | undefined }) => {
  const { limit, offset } = windowOf(ask);
  const after = afterCursor(ask.cursor, [lmsJobRuns.id], "desc");
  const ofJob = ask.job === undefined ? undefined : sql`${lmsJobRuns.job} = ${ask.job}`;
  const filters = [after, ofJob].filter((one) => one !== undefined);
  return db
    .select()
    .from(lmsJobRuns)
    .where(filters.length > 0 ? sql.join(filters, sql` and `) : undefined)
    .orderBy(desc(lmsJobRuns.id))
    .limit(limit)
    .offset(offset);
};
