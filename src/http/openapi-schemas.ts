import * as z from "zod";

/** The part of JSON Schema 2020-12 that zod writes. */
export type JsonSchema = {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
};

type Direction = "input" | "output";

const COMPONENTS = "#/components/schemas/";

/** The schemas of a document, each written once: a definition's under its name, a shared one under its id. */
export function newSchemas() {
  const components: Record<string, JsonSchema> = {};
  const known = new Map<z.ZodType, Partial<Record<Direction, string>>>();

  /** Keeps a schema under the name, or beside another of that name under `name` + Input, 2, 3 … */
  const keep = (name: string, schema: JsonSchema, direction: Direction): string => {
    const text = JSON.stringify(schema);
    const suffixes = ["", direction === "input" ? "Input" : "Output", "2", "3", "4", "5", "6"];
    for (const suffix of suffixes) {
      const key = `${name}${suffix}`;
      const there = components[key];
      if (there !== undefined && JSON.stringify(there) !== text) continue;
      components[key] = schema;
      return key;
    }
    throw new Error(`Too many schemas are named ${name}`);
  };

  const refOf = (wanted: string, schema: z.ZodType, direction: Direction): JsonSchema => {
    const name = z.globalRegistry.get(schema)?.id ?? wanted;
    const before = known.get(schema)?.[direction];
    if (before !== undefined) return { $ref: before };
    const { $defs = {}, ...whole } = z.toJSONSchema(schema, {
      io: direction,
      unrepresentable: "any",
    }) as JsonSchema;
    const names = new Map(
      Object.keys($defs).map((id, at) => [id, id.startsWith("__") ? `${name}Part${at + 1}` : id]),
    );
    const moved = (ref: string): string => {
      const id = /^#\/\$defs\/(.+)$/.exec(ref)?.[1];
      return `${COMPONENTS}${id === undefined ? name : (names.get(id) ?? id)}`;
    };
    for (const [id, part] of Object.entries($defs)) {
      keep(names.get(id) ?? id, plain(part, direction, moved), direction);
    }
    const written = plain(whole, direction, moved);
    const $ref = written.$ref ?? `${COMPONENTS}${keep(name, written, direction)}`;
    known.set(schema, { ...known.get(schema), [direction]: $ref });
    return { $ref };
  };

  const resolve = (schema: JsonSchema): JsonSchema => {
    if (schema.$ref === undefined) return schema;
    return components[schema.$ref.slice(COMPONENTS.length)] ?? {};
  };

  return { components, refOf, resolve };
}

export type Schemas = ReturnType<typeof newSchemas>;

const SAFE = Number.MAX_SAFE_INTEGER;

/** Without what only a validator wants: a date's pattern, the bounds of a safe integer. */
function plain(
  schema: JsonSchema,
  direction: Direction,
  moved: (ref: string) => string,
): JsonSchema {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "$schema" || key === "propertyNames" || key === "id") continue;
    if (key === "pattern" && schema.format !== undefined) continue;
    if ((key === "minimum" && value === -SAFE) || (key === "maximum" && value === SAFE)) continue;
    // A client that refuses fields it does not know would break on the next version.
    if (key === "additionalProperties" && value === false && direction === "output") continue;
    out[key] = key === "$ref" ? moved(String(value)) : plainValue(key, value, direction, moved);
  }
  return out;
}

function plainValue(
  key: string,
  value: unknown,
  direction: Direction,
  moved: (ref: string) => string,
): unknown {
  const each = (one: unknown) => plain(one as JsonSchema, direction, moved);
  switch (key) {
    case "properties":
    case "patternProperties":
      return Object.fromEntries(
        Object.entries(value as object).map(([name, one]) => [name, each(one)]),
      );
    case "anyOf":
    case "oneOf":
    case "allOf":
    case "prefixItems":
      return (value as unknown[]).map(each);
    case "items":
    case "additionalProperties":
    case "not":
      return typeof value === "object" ? each(value) : value;
    default:
      return value;
  }
}

/** The schema without some of its fields: those that the path or the route says. */
export function without(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const branches = (list: JsonSchema[] | undefined) => list?.map((one) => without(one, names));
  const { properties, required, anyOf, oneOf, allOf, ...rest } = schema;
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).filter(([name]) => !names.includes(name)),
      ),
    }),
    ...(required && { required: required.filter((name) => !names.includes(name)) }),
    ...(anyOf && { anyOf: branches(anyOf) }),
    ...(oneOf && { oneOf: branches(oneOf) }),
    ...(allOf && { allOf: branches(allOf) }),
  };
}

/** A field by name, in whichever branch has it. */
export function fieldOf(schema: JsonSchema, name: string): JsonSchema | undefined {
  const own = schema.properties?.[name];
  if (own) return own;
  for (const branch of [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
  ]) {
    const found = fieldOf(branch, name);
    if (found) return found;
  }
  return undefined;
}

export const isEmpty = ({ properties, anyOf, oneOf, allOf, $ref }: JsonSchema): boolean =>
  Object.keys(properties ?? {}).length === 0 && !anyOf && !oneOf && !allOf && !$ref;
