import { eq, sql } from "drizzle-orm";
import type * as z from "zod";
import type { Accepted, Command } from "./command.ts";
import type { Registry } from "./context.ts";
import {
  brokenConstraint,
  type Fault,
  isRefusal,
  notFound,
  type Refusal,
  refuse,
} from "./error.ts";
import { envelopesOf } from "./event.ts";
import { hashOf, type KeyScope, storeAnswer, storedAnswer } from "./idempotency.ts";
import { dueOf, insertEvents, insertTasks } from "./outbox.ts";
import { type Actor, mayAttempt, mayTouch } from "./permission.ts";
import type { Database, Freshness, Host } from "./ports.ts";
import { forgetFailures, insertDelivery, type Receipt, readDelivery, settle } from "./receipt.ts";
import { domainEventLog } from "./schema.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { guard, maybe, type Reads, rowsOf, type Statement, statementsOf } from "./statement.ts";
import type { NewTask } from "./task.ts";

const ATTEMPTS_MAX = 3;
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

export type Outcome<A = unknown> =
  | { ok: true; answer: A; status: number; replayed: boolean }
  | { ok: false; refusal: Refusal };

const refused = (refusal: Refusal): Outcome => ({ ok: false, refusal });

/** Carries a command out: validated, allowed, read, decided, and written in one batch or not at all. */
export async function dispatch(
  host: Host,
  registry: Registry,
  request: CommandRequest,
): Promise<Outcome> {
  const command = registry.commands.get(request.type);
  if (!command) return refused(refuse("NOT_FOUND", `No command is named ${request.type}`));
  const input = command.input.safeParse(request.payload ?? {});
  if (!input.success) return refused(invalid(input.error));
  const denial = mayAttempt(command.permission, request.actor, command.type);
  if (denial) return refused(denial);
  const unit: Unit = {
    host,
    registry,
    command,
    request,
    input: input.data,
    requestHash: request.idempotencyKey === undefined ? "" : await hashOf(input.data),
  };
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const outcome = await attemptOnce(unit);
    if (outcome !== "lost") return shown(unit, outcome);
  }
  return refused(
    refuse("CONFLICT", "Others changed the same thing at the same moment; try again", {
      retryAfterSeconds: 1,
    }),
  );
}

type Unit = {
  host: Host;
  registry: Registry;
  command: Command;
  request: CommandRequest;
  input: unknown;
  requestHash: string;
};

async function shown({ host, command, request }: Unit, outcome: Outcome): Promise<Outcome> {
  if (!outcome.ok || !command.shown || request.delivery) return outcome;
  return { ...outcome, answer: await command.shown(outcome.answer, host.ports) };
}

/** What a command's first batch gives, judged in the order in which refusals are due. */
type Judged = {
  rows: Record<string, unknown>;
  actor: Actor;
  settings: Settings;
};

async function attemptOnce(unit: Unit): Promise<Outcome | "lost"> {
  const { host, command, request } = unit;
  const database = host.databaseFor(request.actor.orgId);
  const now = host.now();
  const read = await readAll(unit, database, now);
  if ("ok" in read) {
    if (!read.ok) await receiptOfRefusal(unit, database, read.refusal, now);
    return read;
  }
  const { rows, actor, settings } = read;
  const decision = command.decide(rows as never, {
    db: database.db,
    input: unit.input,
    actor,
    now,
    id: host.id,
    settings,
  });
  const held = isRefusal(decision) ? decision : await holdSeat(unit, decision);
  if (isRefusal(held)) {
    await receiptOfRefusal(unit, database, held, now);
    return refused(held);
  }
  return commit(unit, database, held, actor, now);
}

async function readAll(unit: Unit, database: Database, now: number): Promise<Judged | Outcome> {
  const { host, command, request } = unit;
  const { db } = database;
  const own: Reads = command.read({ db, input: unit.input, actor: request.actor, now });
  const first: Reads = {
    standing: maybe(host.standing.read(db, request.actor)),
    stored:
      request.idempotencyKey === undefined
        ? undefined
        : maybe(storedAnswer(db, keyScope(unit, request.idempotencyKey, now))),
    delivery: request.delivery ? maybe(readDelivery(db, request.delivery)) : undefined,
  };
  const firstStatements = statementsOf(first);
  const results = await database.batch([...firstStatements, ...statementsOf(own)]);
  const { rows: mine } = rowsOf(first, results.slice(0, firstStatements.length));
  if (mine.delivery) return done(null, 200, true);
  const standing = host.standing.judge(mine.standing, request.actor);
  if (isRefusal(standing)) return refused(standing);
  const { actor } = standing;
  const denial = mayAttempt(command.permission, actor, command.type);
  if (denial) return refused(denial);
  if (mine.stored) return replay(mine.stored as StoredAnswer, unit.requestHash);
  const { rows, missing } = rowsOf(own, results.slice(firstStatements.length));
  if (missing !== undefined) return refused(notFound(missing));
  const settings = settingsOf(host.settings, standing.settings);
  const refusal =
    mayTouch(command.permission, command.own, rows as never, actor) ??
    featureOff(command, settings) ??
    stale(command, rows, request.ifMatch);
  return refusal ? refused(refusal) : { rows, actor, settings };
}

const keyScope = (unit: Unit, key: string, now: number): KeyScope => ({
  actor: unit.request.actor,
  command: unit.command.type,
  key,
  now,
});

type StoredAnswer = { requestHash: string; status: number; answer: string };

const done = (answer: unknown, status: number, replayed: boolean): Outcome => ({
  ok: true,
  answer,
  status,
  replayed,
});

function replay(stored: StoredAnswer, requestHash: string): Outcome {
  if (stored.requestHash === requestHash) {
    return done(JSON.parse(stored.answer), stored.status, true);
  }
  return refused(
    refuse(
      "IDEMPOTENCY_MISMATCH",
      "This Idempotency-Key was used with another payload; take a new one",
    ),
  );
}

function featureOff(definition: Pick<Command, "feature">, settings: Settings): Refusal | undefined {
  const { feature } = definition;
  if (feature === undefined || settings.features[feature]) return undefined;
  return refuse("FEATURE_DISABLED", `This organization has switched ${feature} off`);
}

function stale(
  command: Command,
  rows: Record<string, unknown>,
  ifMatch?: number,
): Refusal | undefined {
  if (ifMatch === undefined || command.revises === undefined) return undefined;
  const row = rows[command.revises] as { version: number } | undefined;
  if (row === undefined || row.version === ifMatch) return undefined;
  return refuse(
    "STALE_VERSION",
    `It is at version ${row.version} now; read it again and repeat the change`,
  );
}

type Held = Omit<Accepted<unknown>, "seat"> & { leasedUntil?: number };

async function holdSeat(unit: Unit, accepted: Accepted<unknown>): Promise<Held | Refusal> {
  const { seat, ...rest } = accepted;
  if (!seat) return rest;
  const answer = await unit.host.seats.reserve(seat.request);
  if ("leasedUntil" in answer) return { ...rest, leasedUntil: answer.leasedUntil };
  return (
    seat.otherwise ??
    refuse("CAPACITY_REACHED", "Every seat of this cohort is taken; choose another cohort")
  );
}

/** Trip 2. A constraint that breaks is a lost race, a repeat, or a refusal that the context names. */
async function commit(
  unit: Unit,
  database: Database,
  held: Held,
  actor: Actor,
  now: number,
): Promise<Outcome | "lost"> {
  const { host, command, request } = unit;
  const { db } = database;
  const status = held.status ?? 200;
  const causationId = request.causationId ?? null;
  const about = { orgId: actor.orgId, correlationId: request.correlationId, causationId, now };
  const events = envelopesOf(held.events ?? [], { ...about, actorId: actor.id, id: host.id });
  const wanted = (held.tasks ?? []).map((task) => ({ task, id: host.id() }));
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
    ...(events.length > 0 ? [insertEvents(db, events, actor)] : []),
    ...(wanted.length > 0 ? [insertTasks(db, wanted, about)] : []),
    ...(request.delivery
      ? [forgetFailures(db, [request.delivery]), settle(db, [request.delivery], now)]
      : []),
  ];
  if (statements.length > 0) {
    try {
      await database.batch(statements);
    } catch (error) {
      const outcome = await explain(unit, database, error, events[0]?.id);
      if (outcome !== "committed") return outcome;
    }
  }
  const sent = {
    events: [...events, ...(held.wake?.events ?? [])],
    tasks: [...dueOf(wanted, actor.orgId, now), ...(held.wake?.tasks ?? [])],
  };
  if (sent.events.length + sent.tasks.length > 0) host.after(() => host.send(sent));
  return done(held.answer, status, false);
}

/** D1's own clock: the lease must outlive the commit whatever the Worker's clock says. */
const leaseLasts = (db: Database["db"], leasedUntil: number): Statement =>
  guard(db, sql`unixepoch('subsec') * 1000 + ${LEASE_MARGIN_MS} <= ${leasedUntil}`);

async function explain(
  unit: Unit,
  database: Database,
  error: unknown,
  eventId: string | undefined,
): Promise<Outcome | "lost" | "committed"> {
  const broken = brokenConstraint(error);
  if (broken.kind === "check" && broken.name.startsWith("lms_guard")) return "lost";
  if (broken.kind === "overloaded") {
    return refused(
      refuse("OVERLOADED", "The database is busy; try again", { retryAfterSeconds: 2 }),
    );
  }
  if (broken.kind === "unique") {
    if (
      /^(domain_event_log\.aggregate|lms_idempotency\.|event_deliveries\.)/.test(broken.columns)
    ) {
      return "lost";
    }
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

/** A refusal is an outcome of a listener too, unless trying again could end otherwise. */
async function receiptOfRefusal(unit: Unit, database: Database, refusal: Refusal, now: number) {
  const { delivery } = unit.request;
  if (!delivery || refusal.refused === "CONFLICT" || refusal.refused === "OVERLOADED") return;
  const { db } = database;
  await database.batch([
    insertDelivery(db, [delivery], refusal.refused, now),
    forgetFailures(db, [delivery]),
    settle(db, [delivery], now),
  ]);
}

export type QueryRequest = {
  type: string;
  params: unknown;
  actor: Actor;
  correlationId?: string;
};

/** Answers a query out of one batch. */
export async function ask(host: Host, registry: Registry, request: QueryRequest): Promise<Outcome> {
  const query = registry.queries.get(request.type);
  if (!query) return refused(refuse("NOT_FOUND", `No query is named ${request.type}`));
  const parsed = query.input.safeParse(request.params ?? {});
  if (!parsed.success) return refused(invalid(parsed.error));
  const { actor } = request;
  const input = parsed.data;
  const refusal = mayAttempt(query.permission, actor, query.type) ?? query.fault?.(input, actor);
  if (refusal) return refused(refusal);
  const freshness: Freshness = query.catalogue && actor.type === "public" ? "any" : "caller";
  const { db, batch } = host.databaseFor(actor.orgId, freshness);
  const { origin, signedUrl, files } = host.ports;
  const want = (task: NewTask) => host.after(() => makeTask(host, request, task));
  const about = { db, input, actor, now: host.now(), origin, signedUrl, files, want };
  const reads: Reads = query.read(about);
  const statements = statementsOf(reads);
  const { rows, missing } = rowsOf(reads, statements.length > 0 ? await batch(statements) : []);
  if (missing !== undefined) return refused(notFound(missing));
  const untouchable = mayTouch(query.permission, query.own, rows as never, actor);
  if (untouchable) return refused(untouchable);
  const answer = await query.answer(rows as never, about);
  return isRefusal(answer) ? refused(answer) : done(answer, 200, false);
}

async function makeTask(host: Host, request: QueryRequest, task: NewTask): Promise<void> {
  const { orgId } = request.actor;
  const { db, batch } = host.databaseFor(orgId);
  const now = host.now();
  const wanted = [{ task, id: host.id() }];
  const correlationId = request.correlationId ?? host.id();
  await batch([insertTasks(db, wanted, { orgId, correlationId, causationId: null, now })]);
  await host.send({ events: [], tasks: dueOf(wanted, orgId, now) });
}

/** Every fault of an input with its path, as `sections.0.title`. */
export function invalid(error: z.ZodError): Refusal<"VALIDATION_FAILED"> {
  const errors: Fault[] = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: [...issue.path, key].join("."),
          message: "There is no such field",
        }))
      : [{ path: issue.path.join("."), message: issue.message }],
  );
  const named = errors.map((one) => one.path || "the payload").join(", ");
  return refuse("VALIDATION_FAILED", `Correct ${named}`, { errors });
}
