import { CODES } from "../kernel/error.ts";
import type { PathItem } from "./openapi-operations.ts";
import type { Schemas } from "./openapi-schemas.ts";
import { PROBLEM_CODES } from "./problem-codes.ts";
import { STATUS } from "./problems.ts";

/** What operations refer to: schemas, headers, parameters, the answers of problems, ways to sign in. */
export function componentsOf(schemas: Schemas, paths: Record<string, PathItem>) {
  return {
    schemas: { ...schemas.components, Problem: problemSchema },
    parameters,
    headers,
    responses: { Problem: problemAnswer(CODES), ...problemAnswers(paths) },
    securitySchemes,
  };
}

const problemSchema = {
  type: "object",
  description: "RFC 9457",
  required: ["type", "title", "status", "detail", "code", "instance", "correlationId"],
  properties: {
    type: { type: "string", format: "uri-reference", description: "Where the code is explained" },
    title: { type: "string" },
    status: { type: "integer", enum: [...new Set(Object.values(STATUS))].toSorted() },
    detail: { type: "string", description: "What to do about it" },
    code: { type: "string", enum: [...CODES] },
    instance: { type: "string", description: "The request's path" },
    correlationId: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: {
          path: { type: "string", description: "As sections.0.title" },
          message: { type: "string" },
        },
      },
    },
  },
};

function problemAnswers(paths: Record<string, PathItem>) {
  const refs = Object.values(paths).flatMap((item) =>
    Object.values(item).flatMap((operation) =>
      Object.values(operation.responses).flatMap((one) => ("$ref" in one ? [one.$ref] : [])),
    ),
  );
  const names = [...new Set(refs)].map((ref) => ref.slice("#/components/responses/".length));
  return Object.fromEntries(
    names
      .filter((name) => name.includes("."))
      .map((name) => [name, problemAnswer(name.split(".").slice(1))]),
  );
}

function problemAnswer(codes: readonly string[]) {
  const known = CODES.filter((code) => codes.includes(code));
  const waits = known.some((code) =>
    ["NOT_READY", "CONFLICT", "RATE_LIMITED", "OVERLOADED"].includes(code),
  );
  const all = known.length === CODES.length;
  return {
    description: all
      ? "Any other refusal"
      : known.map((code) => `\`${code}\`: ${PROBLEM_CODES[code].meaning}`).join("\n\n"),
    headers: {
      "X-Correlation-Id": { $ref: "#/components/headers/CorrelationId" },
      ...(waits && { "Retry-After": { $ref: "#/components/headers/RetryAfter" } }),
    },
    content: {
      "application/problem+json": {
        schema: all
          ? { $ref: "#/components/schemas/Problem" }
          : {
              allOf: [
                { $ref: "#/components/schemas/Problem" },
                { properties: { code: { enum: known } } },
              ],
            },
      },
    },
  };
}

const text = { type: "string" };

const parameters = {
  Organization: {
    name: "X-Org-Id",
    in: "header",
    description:
      "The organization, by id or slug: chooses among a person's memberships, or names it for a caller without an actor. A key and an issuer's token have their own.",
    schema: text,
  },
  CorrelationId: {
    name: "X-Correlation-Id",
    in: "header",
    description: "Leads from this request to its events, listeners and tasks; made up where absent",
    schema: { type: "string", maxLength: 100, pattern: "^[A-Za-z0-9_.:-]+$" },
  },
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "The same key with the same payload gives the first answer again, for 24 hours",
    schema: { type: "string", minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description:
      "The ETag of the version that was read; refused with STALE_VERSION if it has changed",
    schema: text,
    example: '"v3"',
  },
};

const headers = {
  CorrelationId: { description: "The request's correlation id", schema: text },
  ETag: { description: 'The entity\'s version, as `"v3"`', schema: text },
  IdempotentReplayed: { description: "true where this is the stored first answer", schema: text },
  Location: { description: "Where what was created can be read", schema: text },
  RetryAfter: { description: "Seconds to wait", schema: { type: "integer" } },
};

const securitySchemes = {
  bearer: {
    type: "http",
    scheme: "bearer",
    description:
      "An API key `lk_…`, the token of a session, or a JWT of a configured identity provider",
  },
  operator: {
    type: "http",
    scheme: "bearer",
    description: "OPERATOR_KEY, for `/ops/*` alone",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "better-auth.session_token",
    description: "The cookie that signing in sets; writes need a same-origin `Origin`",
  },
};
