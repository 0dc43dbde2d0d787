import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from "drizzle-kit/api";
import { is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { beforeAll, describe, expect, test } from "vitest";
import { lmsGuard } from "../../src/kernel/statement.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "migrations");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".sql"))
  .toSorted();
const migrations = files.map((name) => ({ name, sql: readFileSync(join(folder, name), "utf8") }));
const codeOf = (sql: string) => sql.replaceAll(/--[^\n]*/g, "");

function migrated(upTo = migrations.length): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  for (const { sql } of migrations.slice(0, upTo)) database.exec(sql);
  return database;
}

type Row = Record<string, unknown>;
const rows = (database: DatabaseSync, sql: string, ...values: string[]) =>
  database.prepare(sql).all(...values) as Row[];

/** One spelling of SQL, whoever wrote it down. */
const plain = (sql: unknown): string =>
  String(sql ?? "")
    .replaceAll(/["`]/g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\s*([(),=<>])\s*/g, "$1")
    .trim()
    .toLowerCase();

/** Full text has tables of its own below it, and no counterpart in the schema. */
const isFullText = (name: string, virtual: readonly string[]) =>
  virtual.some((one) => name === one || name.startsWith(`${one}_`));

function checksOf(sql: string): string[] {
  const checks: string[] = [];
  for (const { index, 0: head } of sql.matchAll(/\bcheck\s*\(/gi)) {
    let end = index + head.length;
    for (let depth = 1; depth > 0 && end < sql.length; end++) {
      if (sql[end] === "(") depth++;
      if (sql[end] === ")") depth--;
    }
    checks.push(plain(sql.slice(index + head.length, end - 1)));
  }
  return checks.toSorted();
}

function indexOf(database: DatabaseSync, { name, unique, origin }: Row) {
  const [made] = rows(
    database,
    "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?",
    String(name),
  );
  const columns = rows(
    database,
    "SELECT name, desc, coll, cid FROM pragma_index_xinfo(?) WHERE key = 1",
    String(name),
  );
  return {
    name: String(name),
    unique,
    origin,
    columns,
    on: /\bon\b(.*)$/.exec(plain(made?.sql))?.[1]?.trim() ?? null,
  };
}

/** All that a table promises, by what SQLite itself says of it. */
function tablesOf(database: DatabaseSync): Record<string, unknown> {
  const all = rows(
    database,
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  const virtual = all
    .filter((one) => /create virtual/i.test(String(one.sql)))
    .map((one) => String(one.name));
  const own = all.filter((one) => !isFullText(String(one.name), virtual));
  return Object.fromEntries(
    own.map(({ name, sql }) => [
      String(name),
      {
        columns: Object.fromEntries(
          rows(
            database,
            'SELECT name, lower(type) AS type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?)',
            String(name),
          ).map(({ name: column, ...rest }) => [String(column), rest]),
        ),
        autoincrement: /autoincrement/i.test(String(sql)),
        checks: checksOf(String(sql)),
        indexes: rows(
          database,
          'SELECT name, "unique", origin FROM pragma_index_list(?)',
          String(name),
        )
          .map((one) => indexOf(database, one))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        foreignKeys: rows(
          database,
          'SELECT "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY "from", "table"',
          String(name),
        ),
      },
    ]),
  );
}

async function schemaTables(): Promise<Record<string, SQLiteTable>> {
  const contexts = readdirSync(join(root, "src"), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  const tables: Record<string, SQLiteTable> = { lmsGuard };
  for (const { name } of contexts) {
    if (!readdirSync(join(root, "src", name)).includes("schema.ts")) continue;
    const module = (await import(join(root, "src", name, "schema.ts"))) as Row;
    for (const [key, value] of Object.entries(module))
      if (is(value, SQLiteTable)) tables[key] = value;
  }
  return tables;
}

let declared: Record<string, unknown>;
beforeAll(async () => {
  const empty = await generateSQLiteDrizzleJson({});
  const whole = await generateSQLiteDrizzleJson(await schemaTables());
  const database = new DatabaseSync(":memory:");
  for (const statement of await generateSQLiteMigration(empty, whole)) {
    // The generator quotes an index's expression as if it were columns; no name of ours needs quotes.
    database.exec(
      /^CREATE (UNIQUE )?INDEX/.test(statement) ? statement.replaceAll("`", "") : statement,
    );
  }
  declared = tablesOf(database);
});

describe("the migrations", () => {
  test("are numbered without a gap, the first eleven named as the sources name them", () => {
    expect(files.map((name) => Number(name.slice(0, 4)))).toEqual(files.map((_, at) => at + 1));
    expect(files.slice(0, 11)).toEqual([
      "0001_lms_categories.sql",
      "0002_lms_courses.sql",
      "0003_lms_course_modules.sql",
      "0004_lms_enrollments.sql",
      "0005_lms_module_progress.sql",
      "0006_lms_assignments.sql",
      "0007_lms_submissions.sql",
      "0008_lms_certificates.sql",
      "0009_lms_cohorts.sql",
      "0010_lms_live_sessions.sql",
      "0011_lms_course_reviews.sql",
    ]);
  });

  test.each(migrations.map(({ name, sql }) => [name, sql]))(
    "%s says why, and holds nothing that D1 trips over",
    (_, sql) => {
      expect(sql).toMatch(/^-- \S.{10,}/);
      expect(sql).not.toContain("\r");
      expect(codeOf(sql)).not.toMatch(/\bdrop\s+table\b/i);
      expect(codeOf(sql)).not.toMatch(/\bcascade\b/i);
      expect(codeOf(sql)).not.toMatch(/\b(begin\s+transaction|commit|savepoint)\b/i);
      const triggers = codeOf(sql).match(/create\s+trigger.*?\bend\s*;/gis) ?? [];
      expect(triggers).toHaveLength((codeOf(sql).match(/create\s+trigger/gi) ?? []).length);
      for (const trigger of triggers) {
        expect(trigger).toMatch(/^CREATE TRIGGER.*\bBEGIN\b.*\bEND\s*;$/s);
        expect(trigger).not.toMatch(/\bcase\b/i);
      }
    },
  );

  test("give exactly what the drizzle schema declares", () => {
    const applied = tablesOf(migrated());
    expect(Object.keys(applied).length).toBeGreaterThan(30);
    expect(applied).toEqual(declared);
  });
});

describe("a drift is seen in", () => {
  const rebuilt = (table: string, change: (sql: string) => string) => (database: DatabaseSync) => {
    const [made] = rows(database, "SELECT sql FROM sqlite_schema WHERE name = ?", table);
    const indexes = rows(
      database,
      "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      table,
    );
    database.exec(`DROP TABLE ${table}`);
    const sql = String(made?.sql);
    expect(change(sql)).not.toBe(sql);
    database.exec(change(sql));
    for (const one of indexes) database.exec(String(one.sql));
  };
  const drifts: [string, (database: DatabaseSync) => void][] = [
    ["a column more", (one) => one.exec("ALTER TABLE lms_courses ADD COLUMN drift text")],
    ["a table more", (one) => one.exec("CREATE TABLE drift (id text)")],
    ["a table less", (one) => one.exec("DROP TABLE lms_idempotency")],
    ["an index less", (one) => one.exec("DROP INDEX lms_enrollments_all")],
    [
      "a partial index made whole",
      (one) =>
        one.exec("DROP INDEX lms_tasks_ready; CREATE INDEX lms_tasks_ready ON lms_tasks (next_at)"),
    ],
    [
      "another predicate",
      (one) =>
        one.exec(
          "DROP INDEX lms_tasks_ready; CREATE INDEX lms_tasks_ready ON lms_tasks (next_at) WHERE state = 'done'",
        ),
    ],
    [
      "a unique index that is none",
      (one) =>
        one.exec(
          "DROP INDEX lms_certificates_code; CREATE INDEX lms_certificates_code ON lms_certificates (verification_code)",
        ),
    ],
    [
      "columns of an index in another order",
      (one) =>
        one.exec(
          "DROP INDEX lms_enrollments_all; CREATE INDEX lms_enrollments_all ON lms_enrollments (id, organization_id)",
        ),
    ],
    ["a type", rebuilt("lms_idempotency", (sql) => sql.replace("status integer", "status text"))],
    [
      "a default",
      rebuilt("lms_tasks", (sql) =>
        sql.replace("attempts integer DEFAULT 0", "attempts integer DEFAULT 1"),
      ),
    ],
    [
      "a column that may be null",
      rebuilt("lms_tasks", (sql) => sql.replace("kind text NOT NULL", "kind text")),
    ],
    [
      "a primary key",
      rebuilt("event_deliveries", (sql) =>
        sql.replace("PRIMARY KEY(event_id, listener)", "PRIMARY KEY(listener, event_id)"),
      ),
    ],
    ["a check", rebuilt("lms_tasks", (sql) => sql.replace(", 'dead')", ")"))],
    [
      "a foreign key",
      rebuilt("lms_idempotency", (sql) =>
        sql.replace("actor_id text NOT NULL", "actor_id text NOT NULL REFERENCES user(id)"),
      ),
    ],
  ];

  test.each(drifts)("%s", (_, drift) => {
    const database = migrated();
    drift(database);
    expect(tablesOf(database)).not.toEqual(declared);
  });
});
