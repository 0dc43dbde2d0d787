import { getTableColumns, sql } from "drizzle-orm";
import { type Envelope, LMS_EVENT_NAMESPACE } from "./event.ts";
import type { Actor } from "./permission.ts";
import type { Host, TaskRef } from "./ports.ts";
import { domainEventLog, lmsTasks } from "./schema.ts";
import { type Db, insertMany, type Statement } from "./statement.ts";
import type { NewTask } from "./task.ts";
import { MINUTE } from "./time.ts";

/** From when on a queue is taken to have forgotten. */
export const OVERDUE_MS = 2 * MINUTE;
const RELAY_AGAIN_MS = 10 * MINUTE;
const RELAYED_MAX = 500;

const { seq: _, settledAt: __, relayedAt: ___, ...logged } = getTableColumns(domainEventLog);

export function insertEvents(db: Db, envelopes: readonly Envelope[], actor: Actor): Statement {
  const metadata = JSON.stringify(actor.credential ? { credential: actor.credential } : {});
  const rows = envelopes.map((one) => ({
    eventId: one.id,
    eventName: one.type,
    version: one.version,
    kind: one.kind,
    aggregateType: one.aggregateType,
    aggregateId: one.aggregateId,
    aggregateVersion: one.aggregateVersion,
    organizationId: one.orgId,
    actorType: actor.type,
    actorId: one.actorId,
    correlationId: one.correlationId,
    causationId: one.causationId,
    payload: JSON.stringify(one.payload),
    metadata,
    occurredAt: one.occurredAt,
  }));
  return insertMany(db, domainEventLog, logged, rows);
}

export const envelopeOf = (row: typeof domainEventLog.$inferSelect): Envelope => ({
  id: row.eventId,
  type: row.eventName,
  version: row.version,
  kind: row.kind,
  namespace: LMS_EVENT_NAMESPACE,
  aggregateType: row.aggregateType,
  aggregateId: row.aggregateId,
  aggregateVersion: row.aggregateVersion,
  orgId: row.organizationId,
  actorId: row.actorId,
  correlationId: row.correlationId,
  causationId: row.causationId,
  occurredAt: row.occurredAt,
  payload: JSON.parse(row.payload),
});

export type Wanted = { task: NewTask; id: string };

const {
  lease: _l,
  leasedUntil: _u,
  relayedAt: _r,
  error: _e,
  ...queued
} = getTableColumns(lmsTasks);

export function insertTasks(
  db: Db,
  wanted: readonly Wanted[],
  unit: { orgId: string; correlationId: string; causationId: string | null; now: number },
): Statement {
  const rows = wanted.map(({ task, id }) => ({
    id,
    organizationId: unit.orgId,
    kind: task.kind,
    subject: task.subject,
    state: "ready" as const,
    step: task.step,
    payload: JSON.stringify(task.payload),
    attempts: 0,
    nextAt: task.at ?? unit.now,
    correlationId: unit.correlationId,
    causationId: unit.causationId,
    createdAt: unit.now,
    updatedAt: unit.now,
  }));
  return insertMany(db, lmsTasks, queued, rows);
}

/** The tasks among those just written that are due at once. */
export const dueOf = (wanted: readonly Wanted[], orgId: string, now: number): TaskRef[] =>
  wanted
    .filter(({ task }) => (task.at ?? now) <= now)
    .map(({ task, id }) => ({ id, orgId, queue: task.queue }));

/**
 * Sends again what the queues lost: events unsettled and tasks due for two minutes, each at most once
 * in ten minutes. A send that fails, a Worker that died and a queue that forgot are one and the same here.
 * After a restart of the one process there is, its queues are empty and no lease is anybody's: all goes on.
 */
export async function relay(
  host: Host,
  queueOf: (kind: string) => TaskRef["queue"] | undefined,
  { afterRestart = false } = {},
): Promise<{ events: number; tasks: number }> {
  const now = host.now();
  const { db, batch } = host.databaseFor("*");
  const stale = afterRestart ? now : now - OVERDUE_MS;
  const again = afterRestart ? now : now - RELAY_AGAIN_MS;
  const leasedBefore = afterRestart ? Number.MAX_SAFE_INTEGER : now;
  const [events, tasks] = (await batch([
    db
      .update(domainEventLog)
      .set({ relayedAt: now })
      .where(
        sql`seq in (select seq from domain_event_log where settled_at is null and occurred_at <= ${stale}
          and (relayed_at is null or relayed_at <= ${again}) order by occurred_at limit ${RELAYED_MAX})`,
      )
      .returning(),
    db
      .update(lmsTasks)
      .set({ relayedAt: now, lease: null, leasedUntil: null })
      .where(
        sql`id in (select id from lms_tasks where state = 'ready' and next_at <= ${stale}
          and (leased_until is null or leased_until <= ${leasedBefore})
          and (relayed_at is null or relayed_at <= ${again}) order by next_at limit ${RELAYED_MAX})`,
      )
      .returning({ id: lmsTasks.id, orgId: lmsTasks.organizationId, kind: lmsTasks.kind }),
  ])) as [(typeof domainEventLog.$inferSelect)[], { id: string; orgId: string; kind: string }[]];
  await host.send({
    events: events.toSorted((a, b) => a.seq - b.seq).map(envelopeOf),
    tasks: tasks.map(({ kind, ...task }) => ({ ...task, queue: queueOf(kind) ?? "jobs" })),
  });
  return { events: events.length, tasks: tasks.length };
}
