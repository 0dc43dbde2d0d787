import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import * as schema from "../../src/exports/schema.ts";
import * as root from "../../src/index.ts";
import * as machinery from "../../src/kernel/schema.ts";
import { lmsGuard } from "../../src/kernel/statement.ts";

const folder = join(import.meta.dirname, "..", "..", "migrations");

/** The tables there are once every migration is applied, but those that full text keeps for itself. */
function tables(): string[] {
  const database = new DatabaseSync(":memory:");
  for (const file of readdirSync(folder).toSorted()) {
    if (file.endsWith(".sql")) database.exec(readFileSync(join(folder, file), "utf8"));
  }
  const made = database
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all()
    .map(({ name, sql }) => ({
      name: String(name),
      virtual: /^create virtual/i.test(String(sql)),
    }));
  const virtual = made.filter((one) => one.virtual).map(({ name }) => name);
  return made
    .map(({ name }) => name)
    .filter((name) => !virtual.some((one) => name === one || name.startsWith(`${one}_`)));
}

const tablesIn = (exported: object): string[] =>
  Object.values(exported)
    .filter((one): one is SQLiteTable => is(one, SQLiteTable))
    .map((one) => getTableName(one));

const all = tables();
/** The log, the tasks and what else no host reads by itself. */
const kernel = [...tablesIn(machinery), getTableName(lmsGuard)];

test("every table is exported under /db/schema, so that a host's drizzle knows what it migrates", () => {
  expect(all.length).toBeGreaterThan(40);
  expect(all.filter((name) => !tablesIn(schema).includes(name))).toEqual([]);
});

test("every table of learning is exported from the root", () => {
  const learning = all.filter((name) => name.startsWith("lms_") && !kernel.includes(name));
  expect(learning.filter((name) => !tablesIn(root).includes(name))).toEqual([]);
});
