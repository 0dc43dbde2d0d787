import { expect, it } from "vitest";
import * as z from "zod";
import { scripts } from "../../src/catalog/slug.ts";
import { html, sanitizer } from "../../src/kernel/html.ts";
import { lms } from "../../src/lms.ts";

const naming = (one: unknown) =>
  [...lms.commands.values()].filter((command) => command.loads?.some((named) => named === one));
const typesOf = (all: readonly { type: string }[]) => all.map((one) => one.type).toSorted();

it("gives the sanitizer to every command that takes HTML, and to those with content of many types", () => {
  const described = html.meta()?.description ?? "";
  const takesHtml = [...lms.commands.values()].filter(({ input }) => {
    const text = JSON.stringify(z.toJSONSchema(input, { io: "input", unrepresentable: "any" }));
    return text.includes(described) || /"content":\{(?!"type":"string")/.test(text);
  });
  expect(described).not.toBe("");
  expect(typesOf(naming(sanitizer))).toEqual(typesOf(takesHtml));
});

it("gives the letters of every script to the commands that make a slug of a title", () => {
  const makesSlugs = [...lms.commands.values()].filter(
    (command) => /\.create$/.test(command.type) && "slug" in fieldsOf(command.output),
  );
  expect(typesOf(naming(scripts))).toEqual(typesOf(makesSlugs));
});

const fieldsOf = (schema: z.ZodType): object =>
  (z.toJSONSchema(schema, { unrepresentable: "any" }).properties as object | undefined) ?? {};
