import type { Context } from "hono";
import type { Registry } from "../kernel/context.ts";
import { VERSION } from "../version.ts";
import { matches } from "./etag.ts";
import { componentsOf } from "./openapi-components.ts";
import { EXTRA_ROUTES, type ExtraRoute } from "./openapi-extra.ts";
import {
  type Answer,
  CALLER,
  namedOperation,
  type Operation,
  type Parameter,
  type PathItem,
  pathOf,
  problemsOf,
  queryParameters,
  routeOperation,
  schemaName,
} from "./openapi-operations.ts";
import { newSchemas, type Schemas, without } from "./openapi-schemas.ts";
import { AREAS, INTRODUCTION } from "./openapi-words.ts";
import type { AppEnv } from "./variables.ts";

export type OpenApi = ReturnType<typeof documentOf>;

/** The whole API as one OpenAPI 3.1 document, from the definitions alone. */
export function documentOf(registry: Registry) {
  const schemas = newSchemas();
  const paths: Record<string, PathItem> = {};
  const put = (method: string, path: string, operation: Operation): void => {
    const key = method.toLowerCase() as keyof PathItem;
    paths[path] = { ...paths[path], [key]: operation };
  };
  const taken = new Set<string>();
  for (const context of registry.contexts) {
    for (const route of context.routes ?? []) {
      const { type } = "query" in route ? route.query : route.command;
      const path = pathOf(route.path);
      const operationId = taken.has(type) ? `${type} ${route.method} ${path}` : type;
      taken.add(type);
      put(route.method, path, routeOperation(schemas, route, { tag: context.name, operationId }));
    }
  }
  for (const route of EXTRA_ROUTES)
    put(route.method, pathOf(route.path), extraOperation(schemas, route));
  for (const context of registry.contexts) {
    for (const command of context.commands ?? []) {
      const route = registry.routes.find((one) => "command" in one && one.command === command);
      const path = `/lms/commands/${command.type}`;
      put("POST", path, namedOperation(schemas, command, context.name, route?.location));
    }
    for (const query of context.queries ?? []) {
      const path = `/lms/queries/${query.type}`;
      put("POST", path, namedOperation(schemas, query, context.name, undefined));
    }
  }
  const used = new Set(
    Object.values(paths).flatMap((item) => Object.values(item).flatMap((one) => one.tags)),
  );
  return {
    openapi: "3.1.0",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: { title: "Lyceum", version: VERSION, description: INTRODUCTION },
    servers: [{ url: "/" }],
    tags: [...used].map((name) => ({ name, description: AREAS[name]?.summary ?? name })),
    paths,
    components: componentsOf(schemas, paths),
  };
}

function extraOperation(schemas: Schemas, route: ExtraRoute): Operation {
  const name = schemaName(route.operationId);
  const names = [...pathOf(route.path).matchAll(/\{(\w+)\}/g)].flatMap((one) => one[1] ?? []);
  const inPath = names.map(
    (one): Parameter => ({ name: one, in: "path", required: true, schema: { type: "string" } }),
  );
  const input = route.input && schemas.refOf(`${name}Input`, route.input, "input");
  const asQuery = input && (route.method === "GET" || route.body !== undefined);
  const fields = input ? without(schemas.resolve(input), names) : {};
  const body = route.body ?? (input && !asQuery ? "application/json" : undefined);
  const answer: Answer = {
    description: route.status === 101 ? "The socket is open" : "The answer",
    ...(route.answer && {
      content: {
        [route.answer.type]: {
          schema: route.answer.schema
            ? schemas.refOf(`${name}Output`, route.answer.schema, "output")
            : {},
        },
      },
    }),
  };
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    security: securityOf(route),
    parameters: [...inPath, ...(asQuery ? queryParameters(fields) : [])],
    ...(body && {
      requestBody: {
        required: true,
        content: { [body]: { schema: body === "application/json" && input ? input : {} } },
      },
    }),
    responses: {
      [route.status ?? 200]: answer,
      ...problemsOf([...(route.refuses ?? []), "RATE_LIMITED", "INTERNAL", "OVERLOADED"]),
    },
  };
}

function securityOf({ security }: ExtraRoute): Operation["security"] {
  if (security === "none") return [{}];
  if (security === "operator") return [{ operator: [] }];
  return security === "caller" ? [{}, ...CALLER] : [{}, { session: [] }, { bearer: [] }];
}

type Written = { document: OpenApi; text: string; etag: string };
const written = new WeakMap<Registry, Promise<Written>>();

/** Made at the first request that wants it, then kept for the isolate's life. */
export function openApiOf(registry: Registry): Promise<Written> {
  const before = written.get(registry);
  if (before) return before;
  const now = write(registry);
  written.set(registry, now);
  return now;
}

async function write(registry: Registry): Promise<Written> {
  const document = documentOf(registry);
  const text = JSON.stringify(document);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest).slice(0, 12), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return { document, text, etag: `"${hex.join("")}"` };
}

/** `GET /openapi.json` */
export async function openApi(c: Context<AppEnv>): Promise<Response> {
  const { text, etag } = await openApiOf(c.get("platform").registry);
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "public, max-age=300",
    etag,
  };
  return matches(c.req.header("if-none-match"), etag)
    ? new Response(null, { status: 304, headers })
    : new Response(text, { headers });
}
