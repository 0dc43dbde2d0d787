import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newMeter } from "../../src/cloudflare/d1.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { EVERY_ORGANIZATION, runOf } from "../../src/kernel/job-run.ts";
import { outgoing } from "../../src/kernel/outbox.ts";
import { systemActor } from "../../src/kernel/permission.ts";
import type { Host } from "../../src/kernel/ports.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { lms } from "../../src/lms.ts";
import { rows } from "./world.ts";

/** `alarms` off is a host whose sessions have no objects of their own. */
function newHost({ alarms = true } = {}) {
  const meter = newMeter();
  // SAFETY: wrangler.toml binds them.
  const { host } = unitOf(env as unknown as Env, createExecutionContext(), meter);
  const ports = { ...host.ports, sessions: { ...host.ports.sessions, alarms } };
  const quiet: Host = { ...host, ports, send: async () => undefined };
  return { host: quiet, meter };
}

/** A job's run from its first page to its last, as its queue would hand them over. */
export async function runJob(name: string, options: { alarms?: boolean } = {}) {
  const { host, meter } = newHost(options);
  const job = lms.jobs.get(name);
  if (!job) throw new Error(`No job is named ${name}`);
  const now = host.now();
  const { db, batch } = host.databaseFor(EVERY_ORGANIZATION);
  const id = host.id();
  const run = runOf(db, job, { id, dueAt: uniqueDue(), origin: "schedule", now });
  const unit = { orgId: EVERY_ORGANIZATION, correlationId: id, causationId: null, now };
  const said = outgoing(host, db, run, { ...unit, actor: systemActor(EVERY_ORGANIZATION) });
  await batch([...run.writes, ...said.statements]);
  const [ref] = said.tasks;
  if (!ref) throw new Error("A run without a task");
  const pages: { rows: number; statements: number }[] = [];
  for (let again = true; again; ) {
    const before = { ...meter };
    ({ again } = await runTask(host, lms, ref));
    pages.push({
      rows: meter.rows - before.rows,
      statements: meter.statements - before.statements,
    });
  }
  const [row] = await rows<{ processed: number; failed: number; finished_at: number | null }>(
    "SELECT processed, failed, finished_at FROM lms_job_runs WHERE id = ?1",
    id,
  );
  const [task] = await rows<{ state: string; error: string | null }>(
    "SELECT state, error FROM lms_tasks WHERE id = ?1",
    ref.id,
  );
  if (task?.state !== "done") throw new Error(`${name} ended ${task?.state}: ${task?.error}`);
  return {
    processed: row?.processed ?? 0,
    failed: row?.failed ?? 0,
    pages: pages.length,
    rowsMax: Math.max(...pages.map((one) => one.rows)),
  };
}

let due = 1;
/** Any minute does: each run of a test has its own. */
const uniqueDue = (): number => due++;

/** What the runs' quiet host has wanted and not sent. */
export async function runTasksOf(orgId: string): Promise<void> {
  const { host } = newHost();
  const ready = await rows<{ id: string }>(
    "SELECT id FROM lms_tasks WHERE organization_id = ?1 AND state = 'ready' AND next_at <= ?2",
    orgId,
    host.now(),
  );
  for (const { id } of ready) await runTask(host, lms, { id, orgId, queue: "notifications" });
}
