import { exports } from "cloudflare:workers";
import type { Operation, Parameter } from "../../src/http/openapi-operations.ts";
import type { JsonSchema } from "../../src/http/openapi-schemas.ts";
import { sampleOf } from "../../src/http/pages/samples.ts";
import { STATUS } from "../../src/http/problems.ts";
import { CODES } from "../../src/kernel/error.ts";
import { type Json, ORIGIN } from "../harness/world.ts";

export type Target = { method: string; path: string; operation: Operation };
export type Sent = {
  path?: Record<string, string>;
  query?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
};
export type Got = { status: number; type: string; text: string };

/** The operations of the document that the Worker itself serves: pages and sockets are apart. */
export function targetsOf(document: Json): Target[] {
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, item]) =>
      Object.entries(item)
        .filter(
          ([, operation]) => !("101" in operation.responses) && operation.tags[0] !== "reference",
        )
        .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

export const pathNames = ({ path }: Target): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].flatMap((one) => one[1] ?? []);

export async function send({ method, path }: Target, sent: Sent): Promise<Got> {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(sent.path?.[name] ?? "nothing"),
  );
  const answer = await exports.default.fetch(
    `${ORIGIN}${filled}${sent.query ? `?${sent.query}` : ""}`,
    {
      method,
      redirect: "manual",
      ...(sent.headers ? { headers: sent.headers } : {}),
      ...(sent.body !== undefined && method !== "GET" ? { body: sent.body } : {}),
    },
  );
  const bytes = await answer.arrayBuffer();
  return {
    status: answer.status,
    type: answer.headers.get("content-type") ?? "",
    text: new TextDecoder().decode(bytes),
  };
}

/** What is wrong with an answer: a fault of the server, an error that is no problem, what the document lacks. */
export function faultOf({ status, type, text }: Got, { operation }: Target): string | undefined {
  if (status >= 500) return `a fault of the server: ${text.slice(0, 300)}`;
  const told = operation.responses[status];
  if (status < 400) return told || status === 302 ? undefined : `${status} is not in the document`;
  if (!type.startsWith("application/problem+json"))
    return `no problem+json but ${type}: ${text.slice(0, 200)}`;
  const problem = JSON.parse(text) as Json;
  const code = CODES.find((one) => one === problem.code);
  if (!code) return `an unknown code: ${problem.code}`;
  if (STATUS[code] !== status || problem.status !== status) return `${code} with status ${status}`;
  for (const name of ["type", "title", "detail", "instance", "correlationId"]) {
    if (typeof problem[name] !== "string") return `a problem without ${name}`;
  }
  const codes = told && "$ref" in told ? told.$ref.split(".").slice(1) : [];
  return codes.includes(code) ? undefined : `${code} is not in the document: ${problem.detail}`;
}

export const bodySchema = ({ operation }: Target): JsonSchema | undefined =>
  operation.requestBody?.content["application/json"]?.schema;

type Resolve = (schema: JsonSchema) => JsonSchema;
type Replace = (name: string, value: unknown, schema: JsonSchema) => unknown;

/** A body that fits the schema, its fields replaced one by one. */
export function bodyOf(target: Target, resolve: Resolve, replace: Replace): Json | undefined {
  const schema = bodySchema(target);
  if (!schema) return undefined;
  const { properties = {} } = resolve(schema);
  const sample = sampleOf(schema, resolve) as Json;
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [
      name,
      replace(name, value, properties[name] ?? {}),
    ]),
  );
}

/** A value of every type but the right one. */
export function wrongType(value: unknown): unknown {
  if (typeof value === "string") return { "": [null] };
  if (typeof value === "number") return "12e999";
  if (typeof value === "boolean") return "yes";
  return Array.isArray(value) ? 7 : [[]];
}

/** Text that has broken something somewhere: SQL, full-text syntax, control characters, paths, names of prototypes. */
export const HOSTILE: readonly string[] = [
  "' OR 1=1; DROP TABLE lms_courses;--",
  '" NEAR(a b, 2) AND * OR NOT (',
  "\u0000\u0001\u001f",
  "../../../../etc/passwd",
  "__proto__",
  "constructor",
  "\ud800",
  "🎓".repeat(2_000),
  "%00%ff%2e%2e%2f",
  "9".repeat(400),
  "-0",
  "[object Object]",
  "<script>alert(1)</script>",
];

export const queryNames = ({ operation }: Target): string[] =>
  operation.parameters.flatMap((one): string[] =>
    "in" in one && (one as Parameter).in === "query" ? [one.name] : [],
  );

/** Runs the work over the list, so many at once. */
export async function eachOf<T>(
  list: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const rest = [...list];
  const worker = async (): Promise<void> => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
