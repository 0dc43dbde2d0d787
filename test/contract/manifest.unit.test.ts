import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LMS_MANIFEST } from "../../src/manifest.ts";

const root = join(import.meta.dirname, "../..");

test("the manifest counts what an embedding system is promised, none of it twice", () => {
  const { entities, events, commands, queries, fsms, requiredCapabilities } = LMS_MANIFEST;
  const counted = { entities, events, commands, queries, fsms, requiredCapabilities };
  const counts = Object.entries(counted).map(([name, all]) => [name, new Set(all).size]);
  expect(Object.fromEntries(counts)).toEqual({
    entities: 11,
    events: 36,
    commands: 42,
    queries: 29,
    fsms: 5,
    requiredCapabilities: 6,
  });
});

test("the manifest's version is the package's, so that a host knows what it runs", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(LMS_MANIFEST.version).toBe(version);
});

test("each migration of the manifest is a file of migrations/, in the order of its number", () => {
  const files = readdirSync(join(root, "migrations"));
  const listed = LMS_MANIFEST.migrations.map((name) => `${name}.sql`);
  expect(listed).toEqual(listed.toSorted());
  expect(listed.filter((name) => !files.includes(name))).toEqual([]);
});
