import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { documentOf } from "../../src/http/openapi.ts";
import { codesOf, type Operation, pathOf } from "../../src/http/openapi-operations.ts";
import type { JsonSchema } from "../../src/http/openapi-schemas.ts";
import { sampleOf } from "../../src/http/pages/samples.ts";
import { STATUS } from "../../src/http/problems.ts";
import { lms } from "../../src/lms.ts";

const document = documentOf(lms);
const text = JSON.stringify(document);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
);
const schemas: Record<string, JsonSchema> = document.components.schemas;
const resolve = (schema: JsonSchema): JsonSchema =>
  schema.$ref ? (schemas[schema.$ref.slice("#/components/schemas/".length)] ?? {}) : schema;

test("the document is valid OpenAPI 3.1, by the schema of its specification", async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
});

test("every reference leads somewhere, so that a client can be generated", () => {
  const refs = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((one) => String(one[1])));
  expect(refs.size).toBeGreaterThan(50);
  for (const ref of refs) {
    const target = ref
      .slice(2)
      .split("/")
      .reduce<unknown>(
        (at, part) => (at as Record<string, unknown> | undefined)?.[part],
        JSON.parse(text),
      );
    expect([ref, typeof target]).toEqual([ref, "object"]);
  }
});

test("each operation has an id of its own and names every parameter of its path", () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((one) => one[1]);
    const declared = operation.parameters.flatMap((one) =>
      "in" in one && one.in === "path" ? [one.name] : [],
    );
    expect([path, declared]).toEqual([path, named]);
  }
});

test("each route's operation bears its definition's name, its refusals and its events", () => {
  const seen = new Set<string>();
  for (const route of lms.routes) {
    const method = route.method.toLowerCase() as "get";
    const operation = document.paths[pathOf(route.path)]?.[method];
    const definition = "query" in route ? route.query : route.command;
    expect(operation?.summary).toBe(definition.summary);
    expect(operation?.["query" in route ? "x-query" : "x-command"]).toBe(definition.type);
    if (!seen.has(definition.type)) expect(operation?.operationId).toBe(definition.type);
    seen.add(definition.type);
    for (const code of codesOf(route)) {
      const answer = operation?.responses[STATUS[code]];
      expect([route.path, code, JSON.stringify(answer).includes(code)]).toEqual([
        route.path,
        code,
        true,
      ]);
    }
  }
});

test("every command and query answers by name, with all its fields in the body", () => {
  for (const type of lms.commands.keys())
    expect(document.paths).toHaveProperty([`/lms/commands/${type}`, "post"]);
  for (const type of lms.queries.keys())
    expect(document.paths).toHaveProperty([`/lms/queries/${type}`, "post"]);
});

test("only what the public may is documented as open", () => {
  const isOpen = ({ security }: Operation) => security.some((one) => Object.keys(one).length === 0);
  for (const route of lms.routes) {
    const { permission } = "query" in route ? route.query : route.command;
    const operation = document.paths[pathOf(route.path)]?.[route.method.toLowerCase() as "get"];
    expect([route.path, operation && isOpen(operation)]).toEqual([
      route.path,
      permission.public === true,
    ]);
  }
});

test("the sample of each command's body has all its required fields and no other", () => {
  const commands = operations.filter(({ path }) => path.startsWith("/lms/commands/"));
  expect(commands.length).toBe(lms.commands.size);
  for (const { path, operation } of commands) {
    const schema = operation.requestBody?.content["application/json"]?.schema;
    if (!schema) continue;
    const sample = sampleOf(schema, resolve, { brief: true }) as object;
    const { required = [], properties = {} } = resolve(schema);
    expect([path, required.filter((name) => !(name in sample))]).toEqual([path, []]);
    expect([path, Object.keys(sample).filter((name) => !(name in properties))]).toEqual([path, []]);
  }
});
