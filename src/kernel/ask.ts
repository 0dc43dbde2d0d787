import type { Registry } from "./context.ts";
import { isRefusal, notFound, refuse } from "./error.ts";
import { wantTask } from "./outbox.ts";
import { done, invalid, type Outcome, refused, unlessBusy } from "./outcome.ts";
import { type Actor, mayAttempt, mayTouch } from "./permission.ts";
import type { Freshness, Host } from "./ports.ts";
import { type Reads, readMore, rowsOf, statementsOf } from "./statement.ts";
import type { NewTask } from "./task.ts";

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
  const { origin, signedUrl, files, cohorts } = host.ports;
  const want = (task: NewTask) =>
    host.after(() =>
      wantTask(host, task, {
        orgId: actor.orgId,
        correlationId: request.correlationId ?? host.id(),
      }),
    );
  const about = {
    db,
    input,
    actor,
    now: host.now(),
    origin,
    deployment: host.settings,
    signedUrl,
    files,
    cohorts,
    more: readMore(batch),
    ports: host.ports,
    want,
  };
  const reads: Reads = query.read(about);
  const statements = statementsOf(reads);
  const results = statements.length > 0 ? await unlessBusy(batch(statements)) : [];
  if (isRefusal(results)) return refused(results);
  const { rows, missing } = rowsOf(reads, results);
  if (missing !== undefined) return refused(notFound(missing));
  const untouchable = mayTouch(query.permission, query.own, rows as never, actor);
  if (untouchable) return refused(untouchable);
  const answer = await query.answer(rows as never, about);
  return isRefusal(answer) ? refused(answer) : done(answer, 200, false);
}
