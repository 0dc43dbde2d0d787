import { sql } from "drizzle-orm";
import { backoffMs } from "./backoff.ts";
import type { Registry } from "./context.ts";
import { type Envelope, envelopesOf, upcast } from "./event.ts";
import { type CommandListener, type Effects, namesCommand, type RowListener } from "./listener.ts";
import { type CommandRequest, dispatch } from "./mediator.ts";
import { dueOf, insertEvents, insertTasks } from "./outbox.ts";
import { systemActor } from "./permission.ts";
import type { Database, Host, TaskRef } from "./ports.ts";
import { forgetFailures, insertDelivery, type Receipt, settle } from "./receipt.ts";
import { eventDeliveries, lmsDeadLetters } from "./schema.ts";
import {
  type Db,
  jsonRows,
  type Reads,
  rowsOf,
  type Statement,
  statementsOf,
} from "./statement.ts";

/** How often a listener fails before its event is a dead letter for it. */
export const ATTEMPTS_MAX = 5;

export type Verdict = { settled: true } | { settled: false; retryInMs: number };

type Work = { event: Envelope; receiptsNeeded: number };
type RowWork = Work & { listener: RowListener };
type Failure = { work: Work; listener: string; error: unknown };

/**
 * Brings a queue batch of events to their listeners: one read batch, one write batch for all that write
 * rows, each alone where that fails, then those that name a command one by one.
 */
export async function deliver(
  host: Host,
  registry: Registry,
  messages: readonly Envelope[],
): Promise<Verdict[]> {
  const verdicts = new Map<Envelope, Verdict>();
  const groups = Map.groupBy(messages, (one) => host.databaseNameOf(one.orgId));
  for (const events of groups.values()) {
    const database = host.databaseFor(events[0]?.orgId ?? "*");
    const failures = await deliverTo(
      host,
      registry,
      database,
      events.map((one) => newest(registry, one)),
    );
    const retries = await countFailures(host, database, failures);
    for (const message of events) {
      const retryInMs = retries.get(message.id);
      verdicts.set(
        message,
        retryInMs === undefined ? { settled: true } : { settled: false, retryInMs },
      );
    }
  }
  return messages.map((one) => verdicts.get(one) ?? { settled: true });
}

function newest(registry: Registry, event: Envelope): Envelope {
  const of = registry.events.get(event.type);
  return of && of.version > event.version
    ? { ...event, version: of.version, payload: upcast(of, event.version, event.payload) }
    : event;
}

async function deliverTo(
  host: Host,
  registry: Registry,
  database: Database,
  events: readonly Envelope[],
): Promise<Failure[]> {
  const once = [...new Map(events.map((one) => [one.id, one])).values()];
  const works = once.map((event) => ({
    event,
    receiptsNeeded: registry.listenersOf(event.type).length,
  }));
  const listeners = works.flatMap((work) =>
    registry.listenersOf(work.event.type).map((listener) => ({ ...work, listener })),
  );
  const rowWorks = listeners.filter((one): one is RowWork => !namesCommand(one.listener));
  const { received, decided, failures } = await readAndDecide(host, database, works, rowWorks);
  failures.push(...(await writeEffects(host, database, works, decided)));
  for (const { listener, ...work } of listeners) {
    if (!namesCommand(listener) || received.has(receiptKey(work.event.id, listener.name))) continue;
    const failure = await runCommand(host, registry, work, listener);
    if (failure !== undefined) failures.push({ work, listener: listener.name, error: failure });
  }
  return failures;
}

const receiptKey = (eventId: string, listener: string): string => `${eventId} ${listener}`;

type Decided = RowWork & { effects: Effects };

async function readAndDecide(
  host: Host,
  { db, batch }: Database,
  works: readonly Work[],
  rowWorks: readonly RowWork[],
): Promise<{ received: Set<string>; decided: Decided[]; failures: Failure[] }> {
  const failures: Failure[] = [];
  const asked: { work: RowWork; reads: Reads; statements: Statement[] }[] = [];
  for (const work of rowWorks) {
    try {
      const reads: Reads = work.listener.read({ db, event: work.event as never });
      asked.push({ work, reads, statements: statementsOf(reads) });
    } catch (error) {
      failures.push({ work, listener: work.listener.name, error });
    }
  }
  const heard = works.filter((one) => one.receiptsNeeded > 0).map((one) => one.event.id);
  if (heard.length === 0) return { received: new Set(), decided: [], failures };
  const receipts = db
    .select({ eventId: eventDeliveries.eventId, listener: eventDeliveries.listener })
    .from(eventDeliveries)
    .where(sql`event_id in (select value from ${jsonRows(heard)})`);
  const results = await batch([receipts, ...asked.flatMap((one) => one.statements)]);
  const known = results[0] as { eventId: string; listener: string }[];
  const received = new Set(known.map((one) => receiptKey(one.eventId, one.listener)));
  const decided: Decided[] = [];
  let next = 1;
  for (const { work, reads, statements } of asked) {
    const { rows, missing } = rowsOf(reads, results.slice(next, next + statements.length));
    next += statements.length;
    if (received.has(receiptKey(work.event.id, work.listener.name))) continue;
    try {
      const ask = { db, event: work.event as never, now: host.now(), id: host.id };
      const effects = missing === undefined ? work.listener.decide(rows as never, ask) : {};
      decided.push({ ...work, effects });
    } catch (error) {
      failures.push({ work, listener: work.listener.name, error });
    }
  }
  return { received, decided, failures };
}

async function writeEffects(
  host: Host,
  database: Database,
  works: readonly Work[],
  decided: readonly Decided[],
): Promise<Failure[]> {
  try {
    await writeTogether(host, database, works, decided);
    return [];
  } catch (error) {
    if (decided.length === 0) throw error;
  }
  const failures: Failure[] = [];
  for (const one of decided) {
    try {
      await writeTogether(host, database, [one], [one]);
    } catch (error) {
      if (!/event_deliveries/.test(String(error))) {
        failures.push({ work: one, listener: one.listener.name, error });
      }
    }
  }
  const unheard = works.filter((one) => one.receiptsNeeded === 0);
  if (unheard.length > 0) await writeTogether(host, database, unheard, []);
  return failures;
}

async function writeTogether(
  host: Host,
  { db, batch }: Database,
  works: readonly Work[],
  decided: readonly Decided[],
): Promise<void> {
  const now = host.now();
  const parts = decided.map((one) => effectsOf(host, db, one, now));
  const receipts = decided.map((one) => ({ eventId: one.event.id, listener: one.listener.name }));
  const done = works.map(({ event, receiptsNeeded }) => ({ eventId: event.id, receiptsNeeded }));
  await batch([
    ...(receipts.length > 0 ? [insertDelivery(db, receipts, "DONE", now)] : []),
    ...parts.flatMap((one) => one.statements),
    ...(receipts.length > 0 ? [forgetFailures(db, receipts)] : []),
    settle(db, done, now),
  ]);
  const events = parts.flatMap((one) => one.events);
  const tasks = parts.flatMap((one) => one.tasks);
  if (events.length + tasks.length > 0) host.after(() => host.send({ events, tasks }));
}

function effectsOf(host: Host, db: Db, { event, effects }: Decided, now: number) {
  const unit = {
    orgId: event.orgId,
    correlationId: event.correlationId,
    causationId: event.id,
    now,
  };
  const events = envelopesOf(effects.events ?? [], { ...unit, actorId: "system", id: host.id });
  const wanted = (effects.tasks ?? []).map((task) => ({ task, id: host.id() }));
  const statements: Statement[] = [
    ...(effects.writes ?? []),
    ...(events.length > 0 ? [insertEvents(db, events, systemActor(event.orgId))] : []),
    ...(wanted.length > 0 ? [insertTasks(db, wanted, unit)] : []),
  ];
  const tasks: TaskRef[] = dueOf(wanted, event.orgId, now);
  return { statements, events, tasks };
}

/** A refusal is an outcome, written with its code by the mediator; only what may pass is tried again. */
async function runCommand(
  host: Host,
  registry: Registry,
  { event, receiptsNeeded }: Work,
  listener: CommandListener,
): Promise<unknown> {
  try {
    const named = listener.command(event as never);
    const delivery = { eventId: event.id, listener: listener.name, receiptsNeeded };
    if (!named) {
      await nothingToDo(host, delivery, event.orgId);
      return undefined;
    }
    const request: CommandRequest = {
      ...named,
      actor: systemActor(event.orgId),
      correlationId: event.correlationId,
      causationId: event.id,
      delivery,
    };
    const outcome = await dispatch(host, registry, request);
    if (outcome.ok) return undefined;
    const { refused, detail } = outcome.refusal;
    if (refused === "VALIDATION_FAILED") return new Error(`${listener.name}: ${detail}`);
    return refused === "CONFLICT" || refused === "OVERLOADED" ? new Error(detail) : undefined;
  } catch (error) {
    return error;
  }
}

async function nothingToDo(host: Host, delivery: Receipt, orgId: string): Promise<void> {
  const { db, batch } = host.databaseFor(orgId);
  const now = host.now();
  await batch([
    insertDelivery(db, [delivery], "NONE", now),
    forgetFailures(db, [delivery]),
    settle(db, [delivery], now),
  ]);
}

/** Counts each failure over all copies of its message; the last try makes it dead and its event settled. */
async function countFailures(
  host: Host,
  { db, batch }: Database,
  failures: readonly Failure[],
): Promise<Map<string, number>> {
  const retries = new Map<string, number>();
  if (failures.length === 0) return retries;
  const now = host.now();
  const counted = failures.map(({ work, listener, error }) =>
    db
      .insert(lmsDeadLetters)
      .values({
        id: host.id(),
        organizationId: work.event.orgId,
        eventId: work.event.id,
        listener,
        state: "failing",
        attempts: 1,
        error: errorText(error),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoUpdate({
        target: [lmsDeadLetters.eventId, lmsDeadLetters.listener],
        set: {
          attempts: sql`lms_dead_letters.attempts + 1`,
          error: errorText(error),
          state: sql`iif(lms_dead_letters.attempts + 1 >= ${ATTEMPTS_MAX}, 'dead', 'failing')`,
          updatedAt: now,
        },
      })
      .returning({ state: lmsDeadLetters.state, attempts: lmsDeadLetters.attempts }),
  );
  const due = failures.map(({ work }) => ({
    eventId: work.event.id,
    receiptsNeeded: work.receiptsNeeded,
  }));
  const results = await batch([...counted, settle(db, due, now)]);
  failures.forEach(({ work, listener, error }, index) => {
    const [row] = results[index] as { state: string; attempts: number }[];
    host.log({
      level: row?.state === "dead" ? "error" : "warn",
      unit: "listener",
      listener,
      event: work.event.type,
      eventId: work.event.id,
      orgId: work.event.orgId,
      correlationId: work.event.correlationId,
      outcome: row?.state ?? "failing",
      error: errorText(error),
    });
    if (row && row.state !== "dead") {
      const waitMs = backoffMs(row.attempts);
      retries.set(work.event.id, Math.max(retries.get(work.event.id) ?? 0, waitMs));
    }
  });
  return retries;
}

/** Never the SQL or its parameters: drizzle puts both into its own error's message. */
export function errorText(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = inner instanceof Error ? `${inner.name}: ${inner.message}` : String(inner);
  return text.slice(0, 500);
}

/** What arrives in the events' own dead-letter queue: dead for every listener that is not done. */
export async function bury(host: Host, registry: Registry, event: Envelope): Promise<void> {
  const { db, batch } = host.databaseFor(event.orgId);
  const listeners = registry.listenersOf(event.type).map((one) => one.name);
  const now = host.now();
  await batch([
    ...listeners.map((listener) =>
      db.all(sql`insert into lms_dead_letters
        (id, organization_id, event_id, listener, state, attempts, error, created_at, updated_at)
        select ${host.id()}, ${event.orgId}, ${event.id}, ${listener}, 'dead', ${ATTEMPTS_MAX},
          'The queue gave this message up', ${now}, ${now}
        where not exists (select 1 from event_deliveries where event_id = ${event.id} and listener = ${listener})
        on conflict (event_id, listener) do update set state = 'dead', updated_at = ${now}`),
    ),
    settle(db, [{ eventId: event.id, receiptsNeeded: listeners.length }], now),
  ]);
}
