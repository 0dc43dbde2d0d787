import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CORE_JOBS } from "../../src/core-names.ts";
import { lms } from "../../src/lms.ts";
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

test("a host that applies the manifest's migrations in order applies every file of migrations/", () => {
  const files = readdirSync(join(root, "migrations")).filter((name) => name.endsWith(".sql"));
  expect(LMS_MANIFEST.migrations, "list the new file in src/migrations.ts").toEqual(
    files.map((name) => name.slice(0, -".sql".length)).toSorted(),
  );
});

test("whatever the manifest names there is", () => {
  const { commands, queries, events, fsms } = LMS_MANIFEST;
  const machines = lms.contexts.flatMap((one) => one.machines?.map(({ name }) => name) ?? []);
  expect({
    commands: commands.filter((name) => !lms.commands.has(name)),
    queries: queries.filter((name) => !lms.queries.has(name)),
    events: events.filter((name) => !lms.events.has(name)),
    fsms: fsms.filter((name) => !machines.includes(name)),
    jobs: CORE_JOBS.filter((name) => !lms.jobs.has(name)),
  }).toEqual({ commands: [], queries: [], events: [], fsms: [], jobs: [] });
});

test("a command says that it emits each event of the manifest, but those of a task and of a job", () => {
  const emitted = new Set(
    [...lms.commands.values()].flatMap((one) => one.emits.map((of) => of.type)),
  );
  expect(LMS_MANIFEST.events.filter((name) => !emitted.has(name))).toEqual([
    "enrollment.refunded",
    "certificate.expiring",
  ]);
});
