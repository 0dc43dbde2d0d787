import { and, eq, type SQL, sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import { expect, it } from "vitest";
import { sqlOf } from "../../src/kernel/database.ts";
import { type At, prepared } from "../../src/kernel/prepared.ts";
import { type Db, insertMany, insertRow } from "../../src/kernel/statement.ts";

const db: Db = drizzle(async () => ({ rows: [] }));

const things = sqliteTable("things", {
  id: text("id").primaryKey(),
  orgId: text("org_id").notNull(),
  size: integer("size"),
  isOpen: integer("is_open", { mode: "boolean" }),
  tags: text("tags", { mode: "json" }).$type<string[]>(),
});

const plain = (
  of: Db,
  orgId: At<string>,
  id: At<string | SQL>,
  size: At<number | null | undefined>,
) =>
  of
    .select()
    .from(things)
    .where(
      and(
        eq(things.orgId, orgId),
        eq(things.id, id),
        size === undefined ? undefined : sql`${things.size} is ${size}`,
      ),
    );
const kept = prepared(plain);

it.each([
  ["a value", "thing-1", 3],
  ["a null", "thing-1", null],
  ["an argument left out", "thing-1", undefined],
  ["a question mark in a value", "what?", 3],
])("says with %s what drizzle would say, however often it is asked", (_, id, size) => {
  for (const orgId of ["org-1", "org-2"]) {
    expect(sqlOf(kept(db, orgId, id, size))).toEqual(sqlOf(plain(db, orgId, id, size)));
  }
});

it("puts an argument that is SQL where it stands, its own values in their order", () => {
  const latest = sql`(select id from things where org_id = ${"org-9"} and size > ${7} limit 1)`;
  const said = sqlOf(kept(db, "org-1", latest, 3));
  expect(said).toEqual(sqlOf(plain(db, "org-1", latest, 3)));
  expect(said.params).toEqual(["org-1", "org-9", 7, 3]);
  expect(sqlOf(kept(db, "org-1", "thing-1", 3)).params).toEqual(["org-1", "thing-1", 3]);
});

it("writes a row as its columns encode it, whichever of them are given", () => {
  const rows = [
    { id: "1", orgId: "org-1", size: 3, isOpen: true, tags: ["a", "b"] },
    { id: "2", orgId: "org-1", size: null, isOpen: false, tags: null },
    { id: "3", orgId: "org-1" },
    { id: "4", orgId: "org-1", size: undefined, isOpen: true },
  ];
  for (const row of [...rows, ...rows]) {
    expect(sqlOf(insertRow(db, things, row))).toEqual(sqlOf(db.insert(things).values(row)));
  }
  const { id, tags } = things;
  expect(sqlOf(insertMany(db, things, { id, tags }, rows)).params).toEqual([
    JSON.stringify([
      ["1", '["a","b"]'],
      ["2", null],
      ["3", null],
      ["4", null],
    ]),
  ]);
});

it("refuses a text whose places it could not tell from its words", () => {
  const odd = prepared((of, id: At<string>) =>
    of.select({ id: things.id }).from(things).where(sql`${things.id} = ${id} and org_id <> '?'`),
  );
  expect(() => odd(db, "1")).toThrow("A question mark of its own");
});
