import { getTableColumns, sql } from "drizzle-orm";
import { type Envelope, envelopesOf, LMS_EVENT_NAMESPACE, type NewEvent } from "./event.ts";
import { type Actor, systemActor } from "./permission.ts";
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

function insertEvents(db: Db, envelopes: readonly Envelope[], actor: Actor): Statement {
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

type Wanted = { task: NewTask; id: string };

const {
  lease: _l,
  leasedUntil: _u,
  relayedAt: _r,
  error: _e,
  ...queued
} = getTableColumns(lmsTasks);

function insertTasks(db: Db, wanted: readonly Wanted[], unit: OutgoingUnit): Statement {
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

/** What the events and tasks of a unit of work have in common. */
type OutgoingUnit = {
  orgId: string;
  correlationId: string;
  causationId: string | null;
  now: number;
};

/** What a unit of work has to say: written in its batch, and sent once that is committed. */
export type Outgoing = {
  statements: Statement[];
  events: Envelope[];
  /** Those that are due at once. */
  tasks: TaskRef[];
};

export function outgoing(
  host: Pick<Host, "id">,
  db: Db,
  said: { events?: readonly NewEvent[] | undefined; tasks?: readonly NewTask[] | undefined },
  unit: OutgoingUnit & { actor: Actor },
): Outgoing {
  const { orgId, now, actor } = unit;
  const events = envelopesOf(said.events ?? [], { ...unit, actorId: actor.id, id: host.id });
  const wanted = (said.tasks ?? []).map((task) => ({ task, id: host.id() }));
  return {
    statements: [
      ...(events.length > 0 ? [insertEvents(db, events, actor)] : []),
      ...(wanted.length > 0 ? [insertTasks(db, wanted, unit)] : []),
    ],
    events,
    tasks: wanted
      .filter(({ task }) => (task.at ?? now) <= now)
      .map(({ task, id }) => ({ id, orgId, queue: task.queue })),
  };
}

/** After the answer; what cannot be sent is the relay's. */
export function sendAfter(
  host: Host,
  sent: { events: readonly Envelope[]; tasks: readonly TaskRef[] },
): void {
  if (sent.events.length + sent.tasks.length > 0) host.after(() => host.send(sent));
}

/** A task that no command wants: written by itself, and its first attempt started after the answer. */
export async function wantTask(
  host: Host,
  task: NewTask,
  { orgId, correlationId }: { orgId: string; correlationId: string },
): Promise<void> {
  const { db, batch } = host.databaseFor(orgId);
  const unit = { orgId, correlationId, causationId: null, now: host.now() };
  const said = outgoing(host, db, { tasks: [task] }, { ...unit, actor: systemActor(orgId) });
  await batch(said.statements);
  sendAfter(host, said);
}

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
