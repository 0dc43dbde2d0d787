import { and, eq, gt, sql } from "drizzle-orm";
import type { Registry } from "../kernel/context.ts";
import type { Host, TaskRef } from "../kernel/ports.ts";
import { lmsTasks } from "../kernel/schema.ts";
import { isAnyOf } from "../kernel/statement.ts";
import { runTask } from "../kernel/task-run.ts";
import { SECOND } from "../kernel/time.ts";
import { identitySync } from "./tasks.ts";

const LOOKS_MAX = 40;
const LOOK_MS = 25;
/** How long ago another request may have taken up what it is still at. */
const TAKEN_MS = 5 * SECOND;

/**
 * Copies what the library has just changed, before its caller is answered. A copy that another request
 * has taken up is waited for, a second at most; what still fails is the relay's.
 */
export async function settleSyncs(
  host: Host,
  registry: Registry,
  correlationId: string,
): Promise<void> {
  const { taken, others } = await takeUp(host, correlationId);
  const awaited = [...others];
  for (const ref of taken) {
    const { again } = await runTask(host, registry, ref);
    if (!again) awaited.push(ref.id);
  }
  for (let look = 0; awaited.length > 0 && look < LOOKS_MAX; look++) {
    if (!(await anyReady(host, awaited))) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Triggers write `next_at` 0; whoever raises it runs the task. */
async function takeUp(
  host: Host,
  correlationId: string,
): Promise<{ taken: TaskRef[]; others: string[] }> {
  const { db, batch } = host.databaseFor("*");
  const now = host.now();
  const ready = and(eq(lmsTasks.state, "ready"), eq(lmsTasks.kind, identitySync.kind));
  const [others, taken] = (await batch([
    db
      .select({ id: lmsTasks.id })
      .from(lmsTasks)
      .where(and(ready, gt(lmsTasks.nextAt, now - TAKEN_MS), eq(lmsTasks.attempts, 0))),
    db
      .update(lmsTasks)
      .set({ nextAt: now, correlationId, updatedAt: now })
      .where(and(ready, eq(lmsTasks.nextAt, 0)))
      .returning({ id: lmsTasks.id, orgId: lmsTasks.organizationId }),
  ])) as [{ id: string }[], { id: string; orgId: string }[]];
  return {
    taken: taken.map((one) => ({ ...one, queue: identitySync.queue })),
    others: others.map((one) => one.id),
  };
}

async function anyReady(host: Host, ids: readonly string[]): Promise<boolean> {
  const { db, batch } = host.databaseFor("*");
  const [rows] = await batch([
    db
      .select({ ready: sql<number>`count(*)` })
      .from(lmsTasks)
      .where(and(isAnyOf(lmsTasks.id, ids), eq(lmsTasks.state, "ready"))),
  ]);
  return ((rows as { ready: number }[])[0]?.ready ?? 0) > 0;
}
