import { handInForgotten } from "../assessment/quiz-overdue.ts";
import type { Registry } from "../kernel/context.ts";
import { startDueJobs } from "../kernel/job-run.ts";
import { relay } from "../kernel/outbox.ts";
import { newMeter } from "./d1.ts";
import type { Env } from "./env.ts";
import { log, unitOf } from "./host.ts";

/** Fired by the embedded server alone, which has lost its queues with the process before. */
const RESTART = "@restart";

/**
 * The minute: what the queues lost is sent again, overdue attempts that nobody hands in are handed in, and
 * the jobs that the core has scheduled are started when due.
 */
export async function minute(
  registry: Registry,
  cron: string,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  const start = performance.now();
  const meter = newMeter();
  const { host } = unitOf(env, ctx, meter);
  const sent = await relay(host, (kind) => registry.tasks.get(kind)?.queue, {
    afterRestart: cron === RESTART,
  });
  const forgotten = await handInForgotten(host);
  // Here and not above: a request needs none of it at start-up.
  const { hosted } = await import("./plugin.ts");
  const { due } = await hosted(env);
  const started = await startDueJobs(host, due(registry));
  const ms = Math.round(performance.now() - start);
  log({
    level: "info",
    unit: "cron",
    ms,
    ...sent,
    forgotten,
    started: started.map(({ job }) => job.name),
    trips: meter.trips,
    rows: meter.rows,
  });
}
