import { refuse } from "../kernel/error.ts";
import { invalid } from "../kernel/outcome.ts";
import { mayAttempt, mayTouch } from "../kernel/permission.ts";
import type { Query, QueryAsk } from "../kernel/query.ts";
import { type Reads, readMore } from "../kernel/statement.ts";
import { overridesOf } from "./config.ts";
import {
  accepted,
  actorOf,
  databaseOf,
  type HandlerContext,
  readRows,
  refuseIf,
} from "./handler-context.ts";
import { NO_OTHER_LMS } from "./other-lms.ts";
import { LMSRefused } from "./refused.ts";
import { NOBODY_ONLINE } from "./seats.ts";

export type QueryHandler<Sent = unknown, A = unknown> = (
  query: { params: Sent },
  ctx: HandlerContext,
) => Promise<A>;

/** A query as a function: it reads through its context and answers. Throws LMSRefused. */
export const queryHandler =
  <I, R extends Reads, A, T extends string, Sent>(
    of: Query<I, R, A, T, Sent>,
  ): QueryHandler<Sent, A> =>
  async ({ params }, ctx) => {
    const input = of.input.safeParse(params ?? {});
    if (!input.success) throw new LMSRefused(invalid(input.error));
    const actor = actorOf(ctx);
    refuseIf(mayAttempt(of.permission, actor, of.type) ?? of.fault?.(input.data, actor));
    const database = databaseOf(ctx);
    const ask: QueryAsk<I> = {
      db: database.db,
      input: input.data,
      actor,
      now: ctx.now?.() ?? Date.now(),
      more: readMore(database.batch),
      ...outside(ctx),
    };
    const rows = await readRows(database, of.read(ask));
    refuseIf(mayTouch(of.permission, of.own, rows as never, actor));
    return accepted(await of.answer(rows as never, ask));
  };

/** Files by the context's own means, else by its storage adapter. What a query would like done is left undone. */
function outside(
  ctx: HandlerContext,
): Omit<QueryAsk<unknown>, "db" | "input" | "actor" | "now" | "more"> {
  const storage = ctx.config?.adapters?.storage;
  return {
    origin: ctx.origin ?? "",
    deployment: overridesOf(ctx.config ?? {}),
    signedUrl:
      ctx.signedUrl ??
      ((key, { seconds }) =>
        storage
          ? storage.getSignedUrl(key, seconds)
          : Promise.reject(
              new LMSRefused(refuse("FEATURE_DISABLED", "No storage adapter is configured")),
            )),
    files: ctx.files ?? { get: async () => null },
    cohorts: NOBODY_ONLINE,
    ports: { secrets: undefined, lms: NO_OTHER_LMS },
    want: () => undefined,
  };
}
