import { versionOf } from "../http/etag.ts";
import { downloadHeaders } from "../http/file-headers.ts";
import { statusesOf } from "../kernel/command.ts";
import { isRefusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import type { Download } from "../kernel/query.ts";
import type { Route } from "../kernel/route.ts";
import { lms } from "../lms.ts";
import { LMS_MANIFEST } from "../manifest.ts";
import { channelsSocket } from "./channels-socket.ts";
import { fileRoutes } from "./file-routes.ts";
import type { LMSPluginContext } from "./ports.ts";
import { LMSRefused } from "./refused.ts";
import {
  headerOf,
  PLAIN,
  type RouteContext,
  type RouteDefinition,
  type RouteFile,
  whoOf,
} from "./route.ts";
import { sessionSocket } from "./session-socket.ts";

type Mediator = () => Pick<LMSPluginContext, "dispatch" | "query">;
type Running = () => { context: LMSPluginContext; host: Host };
type Fields = Record<string, unknown>;

/** Every route of the contexts, the routes by name, files, sockets and the manifest. */
export function routesOf(running: Running): RouteDefinition[] {
  const mediator: Mediator = () => running().context;
  return [
    ...lms.routes.map((route) => routeOf(route, mediator)),
    byName("commands", mediator),
    byName("queries", mediator),
    ...fileRoutes(running),
    sessionSocket(() => running().host),
    channelsSocket(() => running().host),
    {
      method: "GET",
      path: "/lms/manifest",
      handler: async () => LMS_MANIFEST,
      metadata: { ...PLAIN, summary: "What the core is made of", public: true },
    },
  ];
}

function routeOf(route: Route, mediator: Mediator): RouteDefinition {
  const of = "query" in route ? route.query : route.command;
  const { location } = route;
  return {
    method: route.method,
    path: route.path,
    handler: async (ctx, body) => {
      const said = route.method === "GET" ? fieldsOf(ctx.query) : fieldsOf(body);
      const named = { ...route.preset, ...ctx.params };
      const clash = Object.keys(named).find((name) => Object.hasOwn(said, name));
      if (clash !== undefined) {
        throw new LMSRefused(refuse("VALIDATION_FAILED", `${clash} is given by the path alone`));
      }
      const fields = { ...said, ...named };
      return "query" in route
        ? asks(mediator, route.query.type, fields, ctx)
        : acts(mediator, route.command.type, fields, ctx);
    },
    metadata: {
      ...PLAIN,
      type: of.type,
      summary: of.summary,
      public: of.permission.public === true,
      successStatus: "command" in route ? statusesOf(route.command)[0] : 200,
      refuses: of.refuses ?? [],
      ...(location === undefined ? {} : { location }),
      file: "query" in route && route.query.download !== undefined,
    },
  };
}

const byName = (kind: "commands" | "queries", mediator: Mediator): RouteDefinition => ({
  method: "POST",
  path: `/lms/${kind}/:type`,
  handler: async (ctx, body) => {
    const type = String(ctx.params?.type ?? "");
    const fields = fieldsOf(body);
    return kind === "queries"
      ? asks(mediator, type, fields, ctx)
      : acts(mediator, type, fields, ctx);
  },
  metadata: { ...PLAIN, summary: `Any of the ${kind} by its name`, public: true },
});

function acts(mediator: Mediator, type: string, payload: Fields, ctx: RouteContext) {
  const ifMatch = versionOf(headerOf(ctx, "if-match"));
  if (isRefusal(ifMatch)) throw new LMSRefused(ifMatch);
  const idempotencyKey = headerOf(ctx, "idempotency-key");
  return mediator().dispatch({
    type,
    payload,
    ...whoOf(ctx),
    correlationId: ctx.correlationId ?? crypto.randomUUID(),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  });
}

async function asks(mediator: Mediator, type: string, params: Fields, ctx: RouteContext) {
  const { anywhere, download } = lms.queries.get(type) ?? {};
  const correlationId = ctx.correlationId ?? crypto.randomUUID();
  const who = anywhere ? { actorId: "public", orgId: "*" } : whoOf(ctx);
  const answer = await mediator().query({ type, params, ...who, correlationId });
  if (download === undefined) return answer;
  // SAFETY: a query that says `download` answers one.
  const { fileName, stream } = answer as Download;
  const file: RouteFile = { body: stream(), headers: downloadHeaders(fileName, download) };
  return file;
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
