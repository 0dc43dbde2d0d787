import type { Accepted, Command } from "../kernel/command.ts";
import { sqlOf } from "../kernel/database.ts";
import { type Code, refuse } from "../kernel/error.ts";
import { envelopesOf } from "../kernel/event.ts";
import { newId } from "../kernel/id.ts";
import type { Job } from "../kernel/job.ts";
import { loadAll } from "../kernel/later.ts";
import { outgoing } from "../kernel/outbox.ts";
import { invalid } from "../kernel/outcome.ts";
import { mayAttempt, mayTouch } from "../kernel/permission.ts";
import type { Reads } from "../kernel/statement.ts";
import { overridesOf } from "./config.ts";
import {
  accepted,
  actorOf,
  type CommandContext,
  databaseOf,
  readRows,
  refuseIf,
  settingsIn,
} from "./handler-context.ts";
import { LMSRefused } from "./refused.ts";

/** A command by itself knows no registry. */
const NO_JOBS: ReadonlyMap<string, Job> = new Map();

export type CommandHandler<Sent = unknown, A = unknown> = (
  command: { payload: Sent },
  ctx: CommandContext,
) => Promise<A>;

/**
 * A command as a function: it reads through its context, decides, gives statements to `ctx.write` and
 * events to `ctx.emit`, and returns the entity. Nothing is persisted here. Throws LMSRefused.
 */
export const commandHandler =
  <I, R extends Reads, A, C extends Code, T extends string, Sent>(
    of: Command<I, R, A, C, T, Sent>,
  ): CommandHandler<Sent, A> =>
  async ({ payload }, ctx) => {
    if (of.loads) await loadAll(of.loads);
    const input = of.input.safeParse(payload ?? {});
    if (!input.success) throw new LMSRefused(invalid(input.error));
    const actor = actorOf(ctx);
    refuseIf(mayAttempt(of.permission, actor, of.type));
    const now = ctx.now?.() ?? Date.now();
    const id = ctx.id ?? newId;
    const database = databaseOf(ctx);
    const { db } = database;
    const rows = await readRows(database, of.read({ db, input: input.data, actor, now }));
    const settings = settingsIn(ctx);
    refuseIf(mayTouch(of.permission, of.own, rows as never, actor));
    if (of.feature !== undefined && !settings.features[of.feature]) {
      throw new LMSRefused(refuse("FEATURE_DISABLED", `${of.feature} is switched off`));
    }
    if (of.consult) {
      throw new LMSRefused(refuse("FEATURE_DISABLED", `${of.type} reaches other systems`));
    }
    const deployment = overridesOf(ctx.config ?? {});
    const ask = {
      db,
      input: input.data,
      actor,
      now,
      id,
      settings,
      deployment,
      jobs: NO_JOBS,
      consulted: undefined,
    };
    const decided = await seated<A>(accepted<Seated<A>>(of.decide(rows as never, ask)), ctx);
    const unit = {
      orgId: actor.orgId,
      correlationId: ctx.correlationId ?? id(),
      causationId: null,
      now,
      actor,
    };
    const { statements } = outgoing({ id }, db, { tasks: decided.tasks }, unit);
    for (const one of [...(decided.writes ?? []), ...statements].map(sqlOf)) await ctx.write?.(one);
    const said = { ...unit, actorId: actor.id, id };
    for (const event of envelopesOf(decided.events ?? [], said)) await ctx.emit(event);
    return decided.answer;
  };

type Seated<A> = Pick<Accepted<A>, "answer" | "events" | "writes" | "tasks" | "seat">;

/** With nobody to ask for a seat, whoever persists the decision holds it. */
async function seated<A>(decided: Seated<A>, { seats }: CommandContext): Promise<Seated<A>> {
  if (!decided.seat || !seats) return decided;
  const answer = await seats.reserve(decided.seat.request);
  if ("full" in answer) return accepted<Seated<A>>(decided.seat.otherwise);
  if (!("waiting" in answer) || !decided.seat.waits) return decided;
  // SAFETY: the answer of `later`, which the handler's caller has asked for.
  return decided.seat.waits(answer.waiting) as Seated<A>;
}
