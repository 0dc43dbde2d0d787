import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { clock } from "../../src/cloudflare/clock.ts";
import { minute } from "../../src/cloudflare/cron.ts";
import { lms } from "../../src/lms.ts";
import { advance, rows } from "../harness/world.ts";

/** Noon of the day after, by UTC: far from every midnight that the tests have to do with. */
export const toNoonOf = (date: string): void =>
  advance(Date.parse(`${date}T12:00:00Z`) - clock.now());

export const rowsRead = (answer: { headers: Headers }): number =>
  Number(/trips (\d+) rows/.exec(answer.headers.get("server-timing") ?? "")?.[1]);

const JOB = "lms.analytics-snapshot";
const WAIT_MS = 20_000;

/** The trigger of one minute, by the Worker's own registry, and all runs of the job that it starts, to their end. */
export async function trigger(at: string): Promise<void> {
  advance(Date.parse(at) - clock.now());
  const ctx = createExecutionContext();
  await minute(lms, "* * * * *", env, ctx);
  await waitOnExecutionContext(ctx);
  const end = Date.now() + WAIT_MS;
  while (Date.now() < end) {
    const left = await rows(
      "SELECT id FROM lms_job_runs WHERE job = ?1 AND finished_at IS NULL",
      JOB,
    );
    if (left.length === 0) return;
    await scheduler.wait(25);
  }
  throw new Error("The job did not finish");
}
