import { readdirSync } from "node:fs";
import { join } from "node:path";
import { getTableColumns, getTableName, is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, test } from "vitest";
import { eraseParts, exportParts } from "../../src/kernel/personal.ts";
import { lms } from "../../src/lms.ts";

/** Columns that name a person, by id or by address. */
const NAMES_A_PERSON =
  /^(?:user_id|learner_id|member_id|owner_id|reviewer_id|author_id|actor_id|recipient|recipient_id|reference_id|inviter_id|instructor_id|email)$/;

const src = join(import.meta.dirname, "..", "..", "src");
const tables: SQLiteTable[] = [];

beforeAll(async () => {
  for (const { name } of readdirSync(src, { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  )) {
    const files = readdirSync(join(src, name));
    const isDefined = files.includes("context.ts") || name === "kernel";
    if (!files.includes("schema.ts") || !isDefined) continue;
    const module = (await import(join(src, name, "schema.ts"))) as Record<string, unknown>;
    for (const value of Object.values(module)) if (is(value, SQLiteTable)) tables.push(value);
  }
});

describe("a table that names people", () => {
  test("says in its context's personal.ts what an export shows of them and what erasure leaves", () => {
    const defined = new Set(lms.personal.map((one) => getTableName(one.table)));
    const naming = tables.filter((table) =>
      Object.values(getTableColumns(table)).some((column) => NAMES_A_PERSON.test(column.name)),
    );
    expect(naming.length).toBeGreaterThan(18);
    const forgotten = naming.map((one) => getTableName(one)).filter((name) => !defined.has(name));
    expect(forgotten, "list them in the context's `personal`").toEqual([]);
  });

  test("is exported, or says why not", () => {
    for (const { name, export: shown } of lms.personal) {
      if ("none" in shown) expect(shown.none, name).toMatch(/\S{3,}.{10,}/);
    }
  });

  test("is erased, or says why it may stay", () => {
    for (const { name, erase } of lms.personal) {
      if ("kept" in erase) expect(erase.kept, name).toMatch(/\S{3,}.{10,}/);
    }
  });

  test("hides and blanks columns that it has, and pages by columns of its own", () => {
    for (const { name, table, key, erase, export: shown } of lms.personal) {
      const columns = getTableColumns(table);
      expect(Object.values(columns), name).toEqual(expect.arrayContaining([...key]));
      const hidden = "hidden" in shown ? (shown.hidden ?? []) : [];
      const blank = "blank" in erase ? Object.keys(erase.blank) : [];
      for (const column of [...hidden, ...blank]) {
        expect(Object.keys(columns), name).toContain(column);
      }
    }
  });

  test("is one part among others whose names are their own", () => {
    for (const parts of [exportParts(lms.personal), eraseParts(lms.personal)]) {
      expect(new Set(parts.map((one) => one.name)).size).toBe(parts.length);
    }
  });
});
