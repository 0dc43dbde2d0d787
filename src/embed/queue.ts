import { eq } from "drizzle-orm";
import { outgoing, sendAfter } from "../kernel/outbox.ts";
import { systemActor } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";
import { lmsTasks } from "../kernel/schema.ts";
import { newTask } from "../kernel/task.ts";
import { lms } from "../lms.ts";
import type { Job, Queue } from "./ports.ts";

/** A queue whose jobs are the core's tasks: `add` writes one, `getJob` reads it. */
export const queueOn = (host: Host): Queue => ({
  async add(name, data, { delay = 0, orgId = "*", subject = "" } = {}) {
    const kind = lms.tasks.get(name);
    if (!kind) throw new Error(`No task is of the kind ${name}`);
    const now = host.now();
    const id = host.id();
    const { db, batch } = host.databaseFor(orgId);
    const unit = { orgId, correlationId: id, causationId: null, now, actor: systemActor(orgId) };
    const task = newTask(kind, { subject, payload: data, at: now + delay });
    const said = outgoing({ id: () => id }, db, { tasks: [task] }, unit);
    await batch(said.statements);
    sendAfter(host, said);
    return { id, name, data, status: "ready" };
  },
  async getJob(id) {
    const { db, batch } = host.databaseFor("*");
    const [rows] = await batch([
      db
        .select({ name: lmsTasks.kind, payload: lmsTasks.payload, status: lmsTasks.state })
        .from(lmsTasks)
        .where(eq(lmsTasks.id, id)),
    ]);
    // SAFETY: the rows of the one statement above.
    const [row] = rows as { name: string; payload: string; status: string }[];
    if (!row) return null;
    const job: Job = { id, name: row.name, data: JSON.parse(row.payload), status: row.status };
    return job;
  },
});
