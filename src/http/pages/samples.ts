import type { JsonSchema } from "../openapi-schemas.ts";

type Resolve = (schema: JsonSchema) => JsonSchema;

const DEPTH_MAX = 5;
const ID = "0199c3a8-5b1e-7c42-9d0f-3a6b8e21f047";
const NAMED: Readonly<Record<string, string>> = {
  title: "Introduction to Botany",
  name: "Spring group",
  slug: "introduction-to-botany",
  description: "What a plant is made of, and how it lives.",
  email: "ada@example.org",
  displayName: "Ада Лавлейс",
  currency: "EUR",
  language: "en",
  locale: "en-GB",
  timeZone: "Europe/Berlin",
  timezone: "Europe/Berlin",
  reason: "Moved to another term",
  password: "a long and unusual sentence",
  nextCursor: "WyIwMTk5YzNhOCJd",
};

/** A plausible value of a schema. Of an input only what is required, unless nothing is. */
export function sampleOf(schema: JsonSchema, resolve: Resolve, { brief = false } = {}): unknown {
  return value(schema, { resolve, brief, name: "", depth: 0 });
}

type At = { resolve: Resolve; brief: boolean; name: string; depth: number };

function value(given: JsonSchema, at: At): unknown {
  const schema = at.resolve(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const branch = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].find(
    (one) => one.type !== "null",
  );
  if (branch) return value(branch, at);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => value(one, at)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object":
      return objectValue(schema, at);
    case "array":
      return at.depth > DEPTH_MAX
        ? []
        : [value(schema.items ?? {}, { ...at, depth: at.depth + 1 })];
    case "integer":
    case "number":
      return numberValue(schema, at.name);
    case "boolean":
      return true;
    case "null":
      return null;
    case "string":
      return textValue(schema, at.name);
    default:
      return {};
  }
}

function objectValue({ properties = {}, required = [] }: JsonSchema, at: At): unknown {
  if (at.depth > DEPTH_MAX) return {};
  const names = at.brief && required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(
    names.map((name) => [
      name,
      value(properties[name] ?? {}, { ...at, name, depth: at.depth + 1 }),
    ]),
  );
}

function numberValue({ minimum, maximum }: JsonSchema, name: string): number {
  if (name === "amount") return 4900;
  if (/pct|threshold|score/i.test(name)) return 80;
  return Math.min(maximum ?? 3, Math.max(minimum ?? 3, 3));
}

function textValue({ format }: JsonSchema, name: string): string {
  if (format === "date-time") return "2027-03-01T09:00:00.000Z";
  if (format === "date") return "2027-03-01";
  if (format === "uri") return "https://example.org/";
  const known = NAMED[name];
  if (known !== undefined) return known;
  if (format === "email") return NAMED.email ?? "";
  return name === "id" || /Ids?$/.test(name) ? ID : "…";
}
