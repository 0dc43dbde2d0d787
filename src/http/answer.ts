import type { Context } from "hono";
import { ask } from "../kernel/ask.ts";
import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import { dispatch } from "../kernel/mediator.ts";
import type { Outcome } from "../kernel/outcome.ts";
import { type Actor, publicActor } from "../kernel/permission.ts";
import type { Download, Query } from "../kernel/query.ts";
import type { Route } from "../kernel/route.ts";
import { etagOf, versionOf } from "./etag.ts";
import { downloadHeaders } from "./file-headers.ts";
import { bodyOf, inputOf } from "./input.ts";
import { keptKey, rememberKey } from "./kept.ts";
import { lines, wantsLines } from "./lines.ts";
import { PAGES, type Page } from "./pages/pages.ts";
import type { KeptAnswer } from "./platform.ts";
import { problem } from "./problems.ts";
import type { AppEnv } from "./variables.ts";

type Ctx = Context<AppEnv>;

const KEY_MAX = 255;
const TOO_OFTEN = refuse("RATE_LIMITED", "This was asked for too often; wait a minute", {
  retryAfterSeconds: 60,
});
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

export const refusalAnswer = (c: Ctx, refusal: Refusal): Response => {
  c.get("line").outcome = refusal.refused;
  return problem(refusal, { instance: c.req.path, correlationId: c.get("correlationId") });
};

/** Carries out the route's command or answers its query. */
export async function answerRoute(c: Ctx, route: Route): Promise<Response> {
  const actor = await actorFor(c, "query" in route ? route.query : undefined);
  if (isRefusal(actor)) return refusalAnswer(c, actor);
  const input = await inputOf(c, route);
  if ("refusal" in input) return refusalAnswer(c, input.refusal);
  return "query" in route
    ? answerQuery(c, route.query, input.fields, actor, route.path)
    : answerCommand(c, route.command.type, input.fields, actor, route.location);
}

/** What names its organization by itself needs none of the caller. */
const actorFor = async (c: Ctx, query: Query | undefined): Promise<Actor | Refusal> =>
  query?.anywhere ? publicActor("*") : c.get("caller").actor();

/** `POST /lms/commands/{type}` and `POST /lms/queries/{type}`. */
export async function answerByName(c: Ctx, kind: "commands" | "queries"): Promise<Response> {
  const { registry } = c.get("platform");
  const type = c.req.param("type") ?? "";
  const actor = await actorFor(c, registry.queries.get(type));
  if (isRefusal(actor)) return refusalAnswer(c, actor);
  const input = await bodyOf(c);
  if ("refusal" in input) return refusalAnswer(c, input.refusal);
  if (kind === "commands") {
    const route = registry.routes.find((one) => "command" in one && one.command.type === type);
    return answerCommand(c, type, input.fields, actor, route?.location);
  }
  const query = registry.queries.get(type);
  return query
    ? answerQuery(c, query, input.fields, actor)
    : refusalAnswer(c, refuse("NOT_FOUND", `No query is named ${type}`));
}

/** Carries a command out as an actor, with the headers that a POST may bring. */
export async function answerCommand(
  c: Ctx,
  type: string,
  payload: Record<string, unknown>,
  actor: Actor,
  location: string | undefined,
): Promise<Response> {
  const { host, registry } = c.get("platform");
  note(c, actor, type);
  const limit = registry.commands.get(type)?.limit;
  const counted = limit && `${actor.orgId} ${String(payload[limit.by])}`;
  if (limit && counted && !(await c.get("platform").within(limit.name, counted))) {
    return refusalAnswer(c, TOO_OFTEN);
  }
  const ifMatch = versionOf(c.req.header("if-match"));
  if (isRefusal(ifMatch)) return refusalAnswer(c, ifMatch);
  const key = c.req.method === "POST" ? c.req.header("idempotency-key") : undefined;
  if (key !== undefined && (key === "" || key.length > KEY_MAX)) {
    const detail = `An Idempotency-Key has 1 to ${KEY_MAX} characters`;
    return refusalAnswer(c, refuse("VALIDATION_FAILED", detail));
  }
  const outcome = await dispatch(host, registry, {
    type,
    payload,
    actor,
    correlationId: c.get("correlationId"),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  });
  if (!outcome.ok) return refusalAnswer(c, outcome.refusal);
  const headers = new Headers(JSON_TYPE);
  headers.set("cache-control", "no-store");
  if (outcome.replayed) headers.set("idempotent-replayed", "true");
  const etag = etagOf(outcome.answer);
  if (etag) headers.set("etag", etag);
  if (outcome.status === 201 && location) headers.set("location", fill(location, outcome.answer));
  return new Response(JSON.stringify(outcome.answer), { status: outcome.status, headers });
}

async function answerQuery(
  c: Ctx,
  query: Query,
  params: Record<string, unknown>,
  actor: Actor,
  path?: string,
): Promise<Response> {
  note(c, actor, query.type);
  const { host, registry, kept } = c.get("platform");
  const key =
    query.catalogue && actor.type === "public" && c.req.method === "GET"
      ? keptKey(actor.orgId, c.req.path, params)
      : undefined;
  const known = key === undefined ? undefined : await kept.get(key);
  if (known && key !== undefined) {
    rememberKey(c, key);
    return keptAnswer(c, known);
  }
  const pageWith = (fields: Record<string, unknown>): Promise<Outcome> =>
    ask(host, registry, {
      type: query.type,
      params: { ...params, ...fields },
      actor,
      correlationId: c.get("correlationId"),
    });
  if (query.streams && wantsLines(c.req.header("accept"))) return linesAnswer(c, pageWith);
  const outcome = await pageWith({});
  if (!outcome.ok) return refusalAnswer(c, outcome.refusal);
  const renamed = path === undefined ? undefined : query.renamed?.(outcome.answer, params);
  if (path !== undefined && renamed) return elsewhere(c, path, renamed as Record<string, unknown>);
  if (query.download !== undefined) return downloadAnswer(outcome.answer, query.download);
  const page = PAGES[query.type];
  if (page && prefersHtml(c.req.header("accept"))) return htmlAnswer(c, page, outcome.answer);
  const body = JSON.stringify(outcome.answer);
  const etag = etagOf(outcome.answer);
  if (key !== undefined) {
    kept.put(key, { status: 200, body, etag });
    rememberKey(c, key);
  }
  return shown(body, etag, key !== undefined, query.anywhere);
}

export function keptAnswer(c: Ctx, { body, etag }: KeptAnswer): Response {
  c.get("line").kept = true;
  return shown(body, etag, true);
}

/** The same question where its answer is found from now on. */
function elsewhere(c: Ctx, path: string, fields: Record<string, unknown>): Response {
  const named = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(fields[name] ?? c.req.param(name))),
  );
  const location = `${named}${new URL(c.req.url).search}`;
  return new Response(null, { status: 301, headers: { location, "cache-control": "no-cache" } });
}

async function htmlAnswer(c: Ctx, page: Page, answer: unknown): Promise<Response> {
  const shownPage = await page(answer, {
    origin: c.get("platform").config.ORIGIN,
    code: c.req.param("code") ?? "",
    acceptLanguage: c.req.header("accept-language"),
  });
  return c.html(shownPage, 200, { "cache-control": "no-store", vary: "Accept, Accept-Language" });
}

async function linesAnswer(
  c: Ctx,
  page: (fields: Record<string, unknown>) => Promise<Outcome>,
): Promise<Response> {
  const first = await page({ limit: 100 });
  return first.ok
    ? lines(first.answer, (cursor) => page({ limit: 100, page: undefined, cursor }))
    : refusalAnswer(c, first.refusal);
}

/** A file that is made while it is sent: its length is not known before. */
function downloadAnswer(answer: unknown, contentType: string): Response {
  // SAFETY: a query that says `download` answers one.
  const { fileName, stream } = answer as Download;
  return new Response(stream(), { headers: downloadHeaders(fileName, contentType) });
}

/** Never 304: counters and links change what is shown without a version of their own. */
function shown(
  body: string | Uint8Array,
  etag: string | null,
  publicAnswer: boolean,
  anywhere = false,
): Response {
  const headers: Record<string, string> = {
    ...JSON_TYPE,
    "cache-control": publicAnswer ? "private, no-cache" : "no-store",
    vary: anywhere ? "Accept" : "Authorization, Cookie, X-Org-Id, Origin",
  };
  if (etag) headers.etag = etag;
  return new Response(body, { headers });
}

function note(c: Ctx, actor: Actor, type: string): void {
  Object.assign(c.get("line"), { orgId: actor.orgId, actorId: actor.id, type });
}

const fill = (template: string, answer: unknown): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((answer as Record<string, unknown>)[name])),
  );

/** A browser names text/html; an API client that takes anything gets JSON. */
const prefersHtml = (accept: string | undefined): boolean =>
  accept !== undefined && /\btext\/html\b/.test(accept);
