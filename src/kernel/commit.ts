import { eq, sql } from "drizzle-orm";
import { type Accepted, type Command, statusesOf } from "./command.ts";
import type { Registry } from "./context.ts";
import { brokenConstraint, type Refusal, refuse } from "./error.ts";
import { type KeyScope, storeAnswer } from "./idempotency.ts";
import { outgoing, sendAfter } from "./outbox.ts";
import { BUSY, done, type Outcome, refused } from "./outcome.ts";
import type { Actor } from "./permission.ts";
import type { Database, Host } from "./ports.ts";
import { forgetFailures, insertDelivery, type Receipt, settle } from "./receipt.ts";
import { domainEventLog } from "./schema.ts";
import { guard, type Statement } from "./statement.ts";

/** Less than this left of a seat's lease, and the batch fails and is decided anew. */
const LEASE_MARGIN_MS = 15_000;

export type CommandRequest = {
  type: string;
  payload: unknown;
  actor: Actor;
  correlationId: string;
  causationId?: string | null;
  idempotencyKey?: string;
  /** An If-Match: the version that the caller has seen. */
  ifMatch?: number;
  /** The listener whose receipt is written with the command, and how many receipts its event needs. */
  delivery?: Receipt;
};

/** A command under way. */
export type Unit = {
  host: Host;
  registry: Registry;
  command: Command;
  request: CommandRequest;
  input: unknown;
  requestHash: string;
};

export const keyScope = (unit: Unit, key: string, now: number): KeyScope => ({
  actor: unit.request.actor,
  command: unit.command.type,
  key,
  now,
});

export type Held = Omit<Accepted<unknown>, "seat"> & { leasedUntil?: number };

/** Asked after the decision and before the batch: a batch that fails releases nothing. */
export async function holdSeat(unit: Unit, accepted: Accepted<unknown>): Promise<Held | Refusal> {
  const { seat, ...rest } = accepted;
  if (!seat) return rest;
  const answer = await unit.host.seats.reserve(seat.request);
  if ("full" in answer) return seat.otherwise;
  const { leasedUntil } = answer;
  if (!("waiting" in answer)) return { ...rest, leasedUntil };
  if (!seat.waits) throw new Error("A place in line that nobody asked for");
  return { ...seat.waits(answer.waiting), leasedUntil };
}

/** Trip 2. A constraint that breaks is a lost race, a repeat, or a refusal that the context names. */
export async function commit(
  unit: Unit,
  database: Database,
  held: Held,
  actor: Actor,
  now: number,
): Promise<Outcome | "lost"> {
  const { host, command, request } = unit;
  const { db } = database;
  const status = held.status ?? statusesOf(command)[0];
  const causationId = request.causationId ?? null;
  const { orgId } = actor;
  const { correlationId } = request;
  const said = outgoing(host, db, held, { orgId, correlationId, causationId, now, actor });
  const statements: Statement[] = [
    ...(request.idempotencyKey === undefined
      ? []
      : storeAnswer(db, keyScope(unit, request.idempotencyKey, now), {
          requestHash: unit.requestHash,
          status,
          answer: command.withoutSecret?.(held.answer) ?? held.answer,
        })),
    ...(request.delivery ? [insertDelivery(db, [request.delivery], "DONE", now)] : []),
    ...(held.leasedUntil === undefined ? [] : [leaseLasts(db, held.leasedUntil)]),
    ...(held.writes ?? []),
    ...said.statements,
    ...(request.delivery
      ? [forgetFailures(db, [request.delivery]), settle(db, [request.delivery], now)]
      : []),
  ];
  if (statements.length > 0) {
    try {
      await database.batch(statements);
    } catch (error) {
      const outcome = await explain(unit, database, error, {
        eventId: said.events[0]?.id,
        lostOn: held.lostOn,
      });
      if (outcome !== "committed") return outcome;
    }
  }
  sendAfter(host, {
    events: [...said.events, ...(held.wake?.events ?? [])],
    tasks: [...said.tasks, ...(held.wake?.tasks ?? [])],
  });
  return done(held.answer, status, false);
}

/** D1's own clock: the lease must outlive the commit whatever the Worker's clock says. */
const leaseLasts = (db: Database["db"], leasedUntil: number): Statement =>
  guard(db, sql`unixepoch('subsec') * 1000 + ${LEASE_MARGIN_MS} <= ${leasedUntil}`);

async function explain(
  unit: Unit,
  database: Database,
  error: unknown,
  { eventId, lostOn }: { eventId: string | undefined; lostOn: Held["lostOn"] },
): Promise<Outcome | "lost" | "committed"> {
  const broken = brokenConstraint(error);
  if (broken.kind === "check" && broken.name.startsWith("lms_guard")) return "lost";
  if (broken.kind === "overloaded") return refused(BUSY);
  if (broken.kind === "unique") {
    if (
      /^(domain_event_log\.aggregate|lms_idempotency\.|event_deliveries\.)/.test(broken.columns)
    ) {
      return "lost";
    }
    if (lostOn?.includes(broken.columns)) return "lost";
    const meant = unit.registry.constraints[broken.columns];
    if (meant && unit.command.refuses.includes(meant.code)) {
      return refused(refuse(meant.code, meant.detail));
    }
    throw error;
  }
  if (broken.kind === "unknown" && eventId && (await isLogged(database, eventId))) {
    return "committed";
  }
  throw error;
}

/** The connection broke: whether the batch went through all the same stands in the log. */
async function isLogged({ db, batch }: Database, eventId: string): Promise<boolean> {
  const [rows] = await batch([
    db
      .select({ seq: domainEventLog.seq })
      .from(domainEventLog)
      .where(eq(domainEventLog.eventId, eventId)),
  ]);
  return Array.isArray(rows) && rows.length === 1;
}
