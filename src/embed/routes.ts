import { versionOf } from "../http/etag.ts";
import { type Code, isRefusal, refuse } from "../kernel/error.ts";
import { type Actor, isRole } from "../kernel/permission.ts";
import type { Method, Route } from "../kernel/route.ts";
import { lms } from "../lms.ts";
import { LMS_MANIFEST } from "../manifest.ts";
import type { LMSPluginContext } from "./ports.ts";
import { LMSRefused } from "./refused.ts";

/** What an HTTP server says of a request. Only the actor, where there is one, and the organization are needed. */
export type RouteContext = {
  actor?: { id: string; orgId?: string; type?: string; roles?: readonly string[] } | null;
  org?: { id: string } | null;
  correlationId?: string;
  params?: Record<string, unknown>;
  /** The query string's fields; a repeated one is a list. */
  query?: unknown;
  headers?: Record<string, string | string[] | undefined>;
  rawBody?: string | Uint8Array;
};

export type RouteDefinition = {
  method: Method;
  /** `:name` is a parameter. */
  path: string;
  /** Gives the body of the answer; throws LMSRefused, whose `statusCode` is the answer's. */
  handler(ctx: RouteContext, body?: unknown): Promise<unknown>;
  metadata: {
    /** The command or query that it stands for. */
    type?: string;
    summary: string;
    /** Whoever asks need not be signed in. */
    public: boolean;
    successStatus: 200 | 201;
    /** Where what was created can be read: fields of the answer in braces. */
    location?: string;
    refuses: readonly Code[];
    /** Not JSON but a socket. */
    upgrade: boolean;
    /** Called by a provider, who signs `rawBody`. */
    webhook: boolean;
  };
};

type Mediator = () => Pick<LMSPluginContext, "dispatch" | "query">;
type Fields = Record<string, unknown>;

/** Every route of the contexts, the routes by name, and the manifest. */
export const routesOf = (mediator: Mediator): RouteDefinition[] => [
  ...lms.routes.map((route) => routeOf(route, mediator)),
  byName("commands", mediator),
  byName("queries", mediator),
  {
    method: "GET",
    path: "/lms/manifest",
    handler: async () => LMS_MANIFEST,
    metadata: { ...PLAIN, summary: "What the core is made of", public: true },
  },
];

const PLAIN = { successStatus: 200, refuses: [], upgrade: false, webhook: false } as const;

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
      successStatus: location === undefined ? 200 : 201,
      refuses: of.refuses ?? [],
      ...(location === undefined ? {} : { location }),
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

function asks(mediator: Mediator, type: string, params: Fields, ctx: RouteContext) {
  const correlationId = ctx.correlationId ?? crypto.randomUUID();
  if (lms.queries.get(type)?.anywhere) {
    return mediator().query({ type, params, actorId: "public", orgId: "*", correlationId });
  }
  return mediator().query({ type, params, ...whoOf(ctx), correlationId });
}

function whoOf({ actor, org }: RouteContext): { actorId: string; orgId: string; actor?: Actor } {
  const orgId = org?.id ?? actor?.orgId;
  if (orgId === undefined) {
    throw new LMSRefused(refuse("VALIDATION_FAILED", "Say which organization this is about"));
  }
  if (!actor) return { actorId: "public", orgId };
  const roles = actor.roles?.filter(isRole);
  const type = actor.type === "api_key" ? "api_key" : "human";
  return {
    actorId: actor.id,
    orgId,
    ...(roles ? { actor: { id: actor.id, type, roles, orgId } } : {}),
  };
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

function headerOf({ headers }: RouteContext, name: string): string | undefined {
  const value = headers?.[name];
  return Array.isArray(value) ? value[0] : value;
}
