import { type Command, statusesOf } from "../kernel/command.ts";
import type { Code } from "../kernel/error.ts";
import type { Permission } from "../kernel/permission.ts";
import type { Query } from "../kernel/query.ts";
import type { Route } from "../kernel/route.ts";
import { fieldOf, isEmpty, type JsonSchema, type Schemas, without } from "./openapi-schemas.ts";
import { PAGES } from "./pages/pages.ts";
import { STATUS } from "./problems.ts";

export type Parameter = {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: JsonSchema;
};
type Ref = { $ref: string };
export type Answer = {
  description: string;
  headers?: Record<string, Ref>;
  content?: Record<string, { schema: JsonSchema }>;
};
export type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters: (Parameter | Ref)[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Answer | Ref>;
  /** The definition behind it, who may, and what it records. */
  "x-command"?: string;
  "x-query"?: string;
  "x-roles"?: { any: readonly string[]; own: readonly string[] };
  "x-emits"?: string[];
};
export type PathItem = Partial<Record<"get" | "post" | "put" | "patch" | "delete", Operation>>;

export const header = (name: string): Ref => ({ $ref: `#/components/headers/${name}` });
export const parameter = (name: string): Ref => ({ $ref: `#/components/parameters/${name}` });

/** `lms.course.submitReview` as a schema's name: `CourseSubmitReview`. */
export const schemaName = (type: string): string =>
  type
    .replace(/^lms\./, "")
    .split(/[.\-/]/)
    .map((part) => `${part[0]?.toUpperCase() ?? ""}${part.slice(1)}`)
    .join("");

/** `/lms/courses/:course` as OpenAPI writes it; a wildcard is the rest of the path, a file's key. */
export const pathOf = (path: string): string =>
  path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}").replace(/\*$/, "{key}");

const named = (path: string): string[] =>
  [...pathOf(path).matchAll(/\{(\w+)\}/g)].flatMap((one) => one[1] ?? []);

/** The operation of a route of a context. */
export function routeOperation(
  schemas: Schemas,
  route: Route,
  { tag, operationId }: { tag: string; operationId: string },
): Operation {
  const definition = "query" in route ? route.query : route.command;
  const names = named(route.path);
  const said = [...names, ...Object.keys(route.preset ?? {})];
  const ref = schemas.refOf(`${schemaName(definition.type)}Input`, definition.input, "input");
  const input = schemas.resolve(ref);
  const rest = without(input, said);
  const inPath = names.map((name): Parameter => {
    const { description, default: _, ...schema } = fieldOf(input, name) ?? { type: "string" };
    return { name, in: "path", required: true, ...(description && { description }), schema };
  });
  const common = commonOf(schemas, route, tag, operationId);
  if (route.method === "GET" || route.method === "DELETE") {
    return { ...common, parameters: [...inPath, ...queryParameters(rest), ...common.parameters] };
  }
  const body = said.length === 0 ? ref : rest;
  return {
    ...common,
    parameters: [...inPath, ...common.parameters],
    ...(isEmpty(rest) ? {} : jsonBody(body, (rest.required ?? []).length > 0)),
  };
}

/** The same definition by name: `POST /lms/commands/{type}` with all fields in the body. */
export function namedOperation(
  schemas: Schemas,
  definition: Command | Query,
  tag: string,
  location: string | undefined,
): Operation {
  const isCommand = "decide" in definition;
  const route: Route = isCommand
    ? { method: "POST", path: "", command: definition, ...(location ? { location } : {}) }
    : { method: "POST", path: "", query: definition };
  const ref = schemas.refOf(`${schemaName(definition.type)}Input`, definition.input, "input");
  const input = schemas.resolve(ref);
  const operationId = `${isCommand ? "commands" : "queries"}/${definition.type}`;
  const common = commonOf(schemas, route, tag, operationId);
  return {
    ...common,
    ...(isEmpty(input) ? {} : jsonBody(ref, (input.required ?? []).length > 0)),
  };
}

const jsonBody = (schema: JsonSchema, required: boolean): Pick<Operation, "requestBody"> => ({
  requestBody: { required, content: { "application/json": { schema } } },
});

export function queryParameters({ properties = {}, required = [] }: JsonSchema): Parameter[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    ...(required.includes(name) && { required: true }),
    ...(description && { description }),
    schema,
  }));
}

function commonOf(schemas: Schemas, route: Route, tag: string, operationId: string): Operation {
  const isQuery = "query" in route;
  const definition = isQuery ? route.query : route.command;
  const answer = schemas.refOf(`${schemaName(definition.type)}Output`, definition.output, "output");
  const revises = isQuery ? undefined : route.command.revises;
  const { permission } = definition;
  return {
    operationId,
    tags: [tag],
    summary: definition.summary,
    security: securityOf(permission),
    parameters: [
      parameter("Organization"),
      parameter("CorrelationId"),
      ...(isQuery || route.method !== "POST" ? [] : [parameter("IdempotencyKey")]),
      ...(revises === undefined ? [] : [parameter("IfMatch")]),
    ],
    responses: { ...answersOf(schemas, route, answer), ...problemsOf(codesOf(route)) },
    ...(isQuery ? { "x-query": definition.type } : { "x-command": definition.type }),
    ...(permission.public
      ? {}
      : { "x-roles": { any: permission.any ?? [], own: permission.own ?? [] } }),
    ...(isQuery ? {} : { "x-emits": route.command.emits.map((one) => one.type) }),
  };
}

export const CALLER: Record<string, string[]>[] = [{ bearer: [] }, { session: [] }];

const securityOf = (permission: Permission): Record<string, string[]>[] =>
  permission.public ? [{}, ...CALLER] : CALLER;

function answersOf(schemas: Schemas, route: Route, schema: JsonSchema): Record<string, Answer> {
  const isQuery = "query" in route;
  const content: Answer["content"] = { "application/json": { schema } };
  if (isQuery && route.query.streams) {
    const item = schemas.resolve(schema).properties?.data?.items ?? {};
    content["application/x-ndjson"] = { schema: item };
  }
  if (isQuery && Object.hasOwn(PAGES, route.query.type)) {
    content["text/html"] = { schema: { type: "string" } };
  }
  if (isQuery && route.query.download !== undefined) {
    const file = {
      description: "The file",
      headers: { "X-Correlation-Id": header("CorrelationId") },
    };
    const bytes = { schema: { type: "string", format: "binary" } };
    return { 200: { ...file, content: { [route.query.download]: bytes } } };
  }
  const versioned = schemas.resolve(schema).properties?.version !== undefined;
  const headers = {
    "X-Correlation-Id": header("CorrelationId"),
    ...(versioned ? { ETag: header("ETag") } : {}),
  };
  if (isQuery) {
    const shown = { description: "The answer", headers, content };
    return { 200: shown };
  }
  const replayed = { ...headers, "Idempotent-Replayed": header("IdempotentReplayed") };
  const created = { ...replayed, ...(route.location && { Location: header("Location") }) };
  const told = statusesOf(route.command).map((status) => [
    status,
    { description: SUCCESS[status], headers: status === 201 ? created : replayed, content },
  ]);
  return { ...Object.fromEntries(told), ...laterOf(schemas, route, replayed) };
}

const SUCCESS = { 200: "Done", 201: "Created", 202: "Taken, and done soon" };

function laterOf(
  schemas: Schemas,
  route: Route,
  headers: Answer["headers"],
): Record<string, Answer> {
  if (!("command" in route) || !route.command.later) return {};
  const { later, type } = route.command;
  const schema = schemas.refOf(`${schemaName(type)}Later`, later, "output");
  return { 202: { description: "Later", headers, content: { "application/json": { schema } } } };
}

/** What the route may refuse: what its definition says, and what any of its kind may. */
export function codesOf(route: Route): Code[] {
  const isQuery = "query" in route;
  const feature = isQuery ? undefined : route.command.feature;
  const always: Code[] = [
    "VALIDATION_FAILED",
    "UNAUTHENTICATED",
    "TOKEN_EXPIRED",
    // A key's scopes may cover not even what the public may.
    "PERMISSION_DENIED",
    "NOT_FOUND",
  ];
  const body: Code[] = ["MALFORMED_JSON", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
  const own = isQuery ? (route.query.refuses ?? []) : route.command.refuses;
  const write: Code[] = isQuery ? [] : ["SUSPENDED", "CONFLICT"];
  const codes: Code[] = [
    ...always,
    ...(route.method === "GET" ? [] : body),
    ...write,
    ...own,
    ...(!isQuery && route.method === "POST" ? (["IDEMPOTENCY_MISMATCH"] as const) : []),
    ...(!isQuery && route.command.revises !== undefined ? (["STALE_VERSION"] as const) : []),
    ...(feature === undefined ? [] : (["FEATURE_DISABLED"] as const)),
    "RATE_LIMITED",
    "INTERNAL",
    "OVERLOADED",
  ];
  return [...new Set(codes)];
}

/** One answer a status, its component named by the codes: `Problem409.CONFLICT.DUPLICATE`. */
export function problemsOf(codes: readonly Code[]): Record<string, Ref> {
  const byStatus = Map.groupBy(codes, (code) => STATUS[code]);
  const refs = [...byStatus].map(([status, some]): [string, Ref] => [
    String(status),
    { $ref: `#/components/responses/Problem${status}.${some.toSorted().join(".")}` },
  ]);
  return {
    ...Object.fromEntries(refs.toSorted(([a], [b]) => Number(a) - Number(b))),
    default: { $ref: "#/components/responses/Problem" },
  };
}
