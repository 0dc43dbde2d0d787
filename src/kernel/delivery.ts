import { sql } from "drizzle-orm";
import type { CommandRequest } from "./commit.ts";
import type { Registry } from "./context.ts";
import { type Envelope, upcast } from "./event.ts";
import { countFailures, type Failure, type Work } from "./failures.ts";
import { type CommandListener, type Effects, namesCommand, type RowListener } from "./listener.ts";
import { dispatch } from "./mediator.ts";
import { type Outgoing, outgoing, sendAfter } from "./outbox.ts";
import { systemActor } from "./permission.ts";
import type { Database, Host } from "./ports.ts";
import {
  forgetFailures,
  insertDelivery,
  insertDeliveryOnce,
  type Receipt,
  settle,
} from "./receipt.ts";
import { eventDeliveries } from "./schema.ts";
import {
  type Db,
  jsonRows,
  type Reads,
  rowsOf,
  type Statement,
  statementsOf,
} from "./statement.ts";

type RowWork = Work & { listener: RowListener };

export type Verdict = { settled: true } | { settled: false; retryInMs: number };

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
  sendAfter(host, {
    events: parts.flatMap((one) => one.events),
    tasks: parts.flatMap((one) => one.tasks),
  });
}

function effectsOf(host: Host, db: Db, { event, effects }: Decided, now: number): Outgoing {
  const said = outgoing(host, db, effects, {
    orgId: event.orgId,
    correlationId: event.correlationId,
    causationId: event.id,
    now,
    actor: systemActor(event.orgId),
  });
  return { ...said, statements: [...(effects.writes ?? []), ...said.statements] };
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
    insertDeliveryOnce(db, delivery, "NONE", now),
    forgetFailures(db, [delivery]),
    settle(db, [delivery], now),
  ]);
}
