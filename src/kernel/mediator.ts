import type { Command } from "./command.ts";
import { type CommandRequest, commit, holdSeat, keyScope, type Unit } from "./commit.ts";
import type { Registry } from "./context.ts";
import { isRefusal, notFound, type Refusal, refuse } from "./error.ts";
import { hashOf, storedAnswer } from "./idempotency.ts";
import { loadAll } from "./later.ts";
import { done, invalid, type Outcome, refused, unlessBusy } from "./outcome.ts";
import { type Actor, mayAttempt, mayTouch } from "./permission.ts";
import type { Database, Host } from "./ports.ts";
import { forgetFailures, insertDeliveryOnce, readDelivery, settle } from "./receipt.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { maybe, type Reads, rowsOf, statementsOf } from "./statement.ts";

const ATTEMPTS_MAX = 3;

/** Carries a command out: validated, allowed, read, decided, and written in one batch or not at all. */
export async function dispatch(
  host: Host,
  registry: Registry,
  request: CommandRequest,
): Promise<Outcome> {
  const command = registry.commands.get(request.type);
  if (!command) return refused(refuse("NOT_FOUND", `No command is named ${request.type}`));
  if (command.loads) await loadAll(command.loads);
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
  const about = { input: unit.input, actor, now, id: host.id, deployment: host.settings };
  const consulted = await command.consult?.(rows as never, { ...about, ports: host.ports });
  const decision = command.decide(rows as never, {
    ...about,
    consulted,
    db: database.db,
    settings,
    jobs: unit.registry.jobs,
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
  const results = await unlessBusy(database.batch([...firstStatements, ...statementsOf(own)]));
  if (isRefusal(results)) return refused(results);
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

type StoredAnswer = { requestHash: string; status: number; answer: string };

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

/** A refusal is an outcome of a listener too, unless trying again could end otherwise. */
async function receiptOfRefusal(unit: Unit, database: Database, refusal: Refusal, now: number) {
  const { delivery } = unit.request;
  if (!delivery || refusal.refused === "CONFLICT" || refusal.refused === "OVERLOADED") return;
  const { db } = database;
  await database.batch([
    insertDeliveryOnce(db, delivery, refusal.refused, now),
    forgetFailures(db, [delivery]),
    settle(db, [delivery], now),
  ]);
}
