import { html } from "hono/html";
import type { JsonSchema } from "../openapi-schemas.ts";
import { type Html, prose } from "./shell.ts";

type Resolve = (schema: JsonSchema) => JsonSchema;

const DEPTH_MAX = 6;

/** A schema's fields, nested ones folded under theirs. */
export function fieldsOf(schema: JsonSchema, resolve: Resolve, path: readonly string[] = []): Html {
  const { properties, required = [], branches } = shapeOf(schema, resolve);
  const rows = Object.entries(properties).map(([name, field]) =>
    fieldRow({ name, field, required: required.includes(name), resolve, path }),
  );
  const choices = branches.map(
    (branch, at) =>
      html`<div class="choice"><p class="choice-name">${at === 0 ? "Either" : "or"}</p>${fieldsOf(branch, resolve, path)}</div>`,
  );
  return html`${rows.length > 0 ? html`<ul class="fields">${rows}</ul>` : ""}${choices}`;
}

function shapeOf(given: JsonSchema, resolve: Resolve) {
  const schema = resolve(given);
  const parts = (schema.allOf ?? []).map(resolve);
  return {
    properties: Object.assign(
      {},
      ...parts.map((one) => one.properties),
      schema.properties,
    ) as Record<string, JsonSchema>,
    required: [...(schema.required ?? []), ...parts.flatMap((one) => one.required ?? [])],
    branches: [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(
      (one) => resolve(one).type !== "null",
    ),
  };
}

type Row = {
  name: string;
  field: JsonSchema;
  required: boolean;
  resolve: Resolve;
  path: readonly string[];
};

export function fieldRow({ name, field, required, resolve, path }: Row): Html {
  const whole = resolve(field);
  const description = field.description ?? whole.description;
  const inner = innerOf(field, resolve);
  const key = inner?.$ref ?? name;
  const shown = inner !== undefined && path.length < DEPTH_MAX && !path.includes(key);
  return html`<li><div class="field"><code class="field-name">${name}</code><span class="type">${typeName(field, resolve)}</span>${required ? html`<span class="required">required</span>` : ""}</div>
${description ? html`<p>${prose(description)}</p>` : ""}${boundsOf(whole)}
${shown && inner ? html`<details><summary>Fields</summary>${fieldsOf(inner, resolve, [...path, key])}</details>` : ""}</li>`;
}

/** The object inside a field: itself, the one of its list, or the one that may be null. */
function innerOf(field: JsonSchema, resolve: Resolve): JsonSchema | undefined {
  const schema = resolve(field);
  if (schema.items) return innerOf(schema.items, resolve);
  const some = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(
    (one) => resolve(one).type !== "null",
  );
  if (some.length === 1 && some[0]) return innerOf(some[0], resolve);
  if (some.some((one) => resolve(one).properties)) return field;
  return Object.keys(schema.properties ?? {}).length > 0 || schema.allOf ? field : undefined;
}

export function typeName(given: JsonSchema, resolve: Resolve): string {
  const schema = resolve(given);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" | ");
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (branches.length > 0) {
    return [...new Set(branches.map((one) => typeName(one, resolve)))].join(" or ");
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? "any"];
  return types
    .map((type) => {
      if (type === "array") return `list of ${typeName(schema.items ?? {}, resolve)}`;
      return type === "string" && schema.format ? schema.format : type;
    })
    .join(" or ");
}

function boundsOf(schema: JsonSchema): Html {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern } = schema;
  const range = (low: number | undefined, high: number | undefined, what: string): string[] => {
    if (low === undefined && high === undefined) return [];
    if (low === undefined) return [`at most ${high}${what}`];
    return [high === undefined ? `at least ${low}${what}` : `${low} to ${high}${what}`];
  };
  const parts = [
    ...range(minLength, maxLength, " characters"),
    ...range(minimum, maximum, ""),
    ...range(minItems, maxItems, " items"),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ];
  if (parts.length === 0 && pattern === undefined) return html``;
  return html`<p class="bounds">${parts.join(" · ")}${pattern ? html`${parts.length > 0 ? " · " : ""}<code>${pattern}</code>` : ""}</p>`;
}
