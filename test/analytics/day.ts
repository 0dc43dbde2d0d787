import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { analyticsSnapshot } from "../../src/analytics/jobs.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import { newMeter } from "../../src/cloudflare/d1.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { startDueJobs } from "../../src/kernel/job-run.ts";
import { lms } from "../../src/lms.ts";
import { advance, drain, rows } from "../harness/world.ts";

/** Noon of the day after, by UTC: far from every midnight that the tests have to do with. */
export const toNoonOf = (date: string): void =>
  advance(Date.parse(`${date}T12:00:00Z`) - clock.now());

export const rowsRead = (answer: { headers: Headers }): number =>
  Number(/trips (\d+) rows/.exec(answer.headers.get("server-timing") ?? "")?.[1]);

const WAIT_MS = 20_000;
/** The Worker's own registry, but for the jobs of others, which a leap over months would all start. */
const alone = { ...lms, jobs: new Map([[analyticsSnapshot.name, analyticsSnapshot]]) };

/** The trigger of one minute, and all runs of the job that it starts, to their end. */
export async function trigger(at: string): Promise<void> {
  advance(Date.parse(at) - clock.now());
  const ctx = createExecutionContext();
  await startDueJobs(unitOf(env, ctx, newMeter()).host, alone);
  await waitOnExecutionContext(ctx);
  const end = Date.now() + WAIT_MS;
  while (Date.now() < end) {
    const left = await rows("SELECT id FROM lms_job_runs WHERE finished_at IS NULL");
    if (left.length === 0) return drain("*");
    await scheduler.wait(25);
  }
  throw new Error("The job did not finish");
}

/** What a test set off ends with the test, and by its clock. */
export async function settled(): Promise<void> {
  const all = await rows<{ id: string }>(
    "SELECT DISTINCT organization_id AS id FROM domain_event_log WHERE settled_at IS NULL",
  );
  for (const { id } of all) await drain(id);
  const left = await rows<{ id: string }>(
    "SELECT DISTINCT organization_id AS id FROM lms_tasks WHERE state = 'ready' AND kind <> 'identity.sync'",
  );
  for (const { id } of left) await drain(id);
}
