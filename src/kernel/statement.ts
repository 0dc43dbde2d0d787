import { type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { BaseSQLiteDatabase, SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { check, integer, sqliteTable } from "drizzle-orm/sqlite-core";
import { type At, prepared } from "./prepared.ts";

/** Any SQLite that drizzle speaks to asynchronously: D1, or a proxy over another driver. */
export type Db = BaseSQLiteDatabase<"async", unknown, Record<string, never>>;

/** An unawaited query: it travels in somebody's batch. */
export type Statement = BatchItem<"sqlite">;

export type Found<S extends Statement = Statement> = {
  readonly expects: "row";
  readonly entity: string;
  readonly statement: S;
};
export type Maybe<S extends Statement = Statement> = {
  readonly expects: "row-or-none";
  readonly statement: S;
};

/** Named reads of one round trip: a bare statement gives all its rows, `undefined` is not asked. */
export type Reads = Record<string, Statement | Found | Maybe | undefined>;

export type ResultOf<S> = S extends { readonly _: { readonly result: infer T } } ? T : never;
export type RowOf<S> = ResultOf<S> extends readonly (infer T)[] ? T : never;
type Slot<Q> =
  Q extends Found<infer S>
    ? RowOf<S>
    : Q extends Maybe<infer S>
      ? RowOf<S> | undefined
      : Q extends Statement
        ? ResultOf<Q>
        : undefined;

/** What `decide` gets for what `read` asked. */
export type Rows<R extends Reads> = { [K in keyof R]: Slot<R[K]> };

/** The row has to be there; else the answer is 404 `<entity> not found`, for a foreign one too. */
export const found = <S extends Statement>(entity: string, statement: S): Found<S> => ({
  expects: "row",
  entity,
  statement,
});

/** One row, or none. */
export const maybe = <S extends Statement>(statement: S): Maybe<S> => ({
  expects: "row-or-none",
  statement,
});

function isMarked(read: Statement | Found | Maybe): read is Found | Maybe {
  return "expects" in read;
}

export function statementsOf(reads: Reads): Statement[] {
  return Object.values(reads).flatMap((read) =>
    read === undefined ? [] : [isMarked(read) ? read.statement : read],
  );
}

/** Gives a batch's results their names back; `missing` is the entity of the first row not there. */
export function rowsOf(
  reads: Reads,
  results: readonly unknown[],
): { rows: Record<string, unknown>; missing?: string } {
  const rows: Record<string, unknown> = {};
  let missing: string | undefined;
  let next = 0;
  for (const [name, read] of Object.entries(reads)) {
    if (read === undefined) continue;
    const result = results[next++];
    if (!isMarked(read)) {
      rows[name] = result;
      continue;
    }
    const row = Array.isArray(result) ? result[0] : undefined;
    rows[name] = row;
    if (row === undefined && read.expects === "row") missing ??= read.entity;
  }
  return missing === undefined ? { rows } : { rows, missing };
}

/** Reads by name as a batch of their own; a row that has to be there is one that may be missing. */
export type ReadMore = <R extends Record<string, Statement>>(reads: R) => Promise<Rows<R>>;

export const readMore =
  (batch: (statements: readonly Statement[]) => Promise<unknown[]>): ReadMore =>
  async (reads) =>
    // SAFETY: one result for each statement, in their order.
    rowsOf(reads, await batch(statementsOf(reads))).rows as Rows<typeof reads>;

/** Holds no row, ever: its CHECK turns a predicate that fails into a batch that fails whole. */
export const lmsGuard = sqliteTable("lms_guard", { ok: integer("ok").notNull() }, () => [
  check("lms_guard_ok", sql`ok = 1`),
]);

/** Fails the batch unless the predicate holds when the batch runs; the command is decided anew. */
export const guard = prepared((db, predicate: At<SQL>) =>
  db.insert(lmsGuard).select(sql`select 0 where not coalesce((${predicate}), 0)`),
);

/** Fails the batch unless the statement just before it changed exactly one row. */
export const guardOneChanged = (db: Db): Statement =>
  db.insert(lmsGuard).select(sql`select changes() where changes() <> 1`);

/** Column values out of one JSON parameter: carries thousands of rows past the limit of 100 bound ones. */
export const jsonRows = (rows: readonly unknown[]): SQL => sql`json_each(${JSON.stringify(rows)})`;

/** `column IN (…)` over any number of values with one bound parameter. */
export const isAnyOf = (column: SQLiteColumn | SQL, values: readonly (string | number)[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify(values)}))`;

type InsertMany = (db: Db, rows: string) => Statement;
const manyInserts = new WeakMap<object, InsertMany>();

/** One INSERT for any number of rows of a table, in their order; `rows` are keyed by property name. */
export function insertMany<T extends SQLiteTable>(
  db: Db,
  table: T,
  columns: Record<string, SQLiteColumn>,
  rows: readonly T["$inferInsert"][],
): Statement {
  const names = Object.entries(columns);
  const source = rows.map((row) =>
    names.map(([property, column]) => {
      const value = (row as Record<string, unknown>)[property];
      return value === undefined || value === null ? null : column.mapToDriverValue(value);
    }),
  );
  const known = manyInserts.get(columns) ?? insertManyInto(table, Object.values(columns));
  manyInserts.set(columns, known);
  return known(db, JSON.stringify(source));
}

function insertManyInto(table: SQLiteTable, columns: readonly SQLiteColumn[]): InsertMany {
  const into = sql.join(
    columns.map((column) => sql.identifier(column.name)),
    sql`, `,
  );
  const picked = sql.join(
    columns.map((_, index) => sql.raw(`value ->> '$[${index}]'`)),
    sql`, `,
  );
  return prepared((db, rows: At<string>) =>
    db.all(sql`insert into ${table} (${into}) select ${picked} from json_each(${rows})`),
  );
}

type InsertRow = (db: Db, ...values: unknown[]) => Statement;
const rowInserts = new WeakMap<SQLiteTable, Map<string, InsertRow>>();

/** One row's INSERT, whose text is built once for each set of columns that are given. */
export function insertRow<T extends SQLiteTable>(
  db: Db,
  table: T,
  row: T["$inferInsert"],
): Statement {
  const given = Object.entries(row).filter(([, value]) => value !== undefined);
  const known = rowInserts.get(table) ?? new Map<string, InsertRow>();
  rowInserts.set(table, known);
  const shape = given.map(([name]) => name).join();
  const insert = known.get(shape) ?? insertRowInto(table, given);
  known.set(shape, insert);
  return insert(db, ...given.map(([, value]) => value));
}

const insertRowInto = (table: SQLiteTable, given: readonly [string, unknown][]): InsertRow =>
  prepared((db, ...at: unknown[]) =>
    db.insert(table).values(Object.fromEntries(given.map(([name], nth) => [name, at[nth]]))),
  );

/** Characters of JSON that one parameter carries, well under the two million that the database takes. */
const PART_MAX = 800_000;

/** The same for rows of any length together: as many statements as they need. */
export function insertManyInParts<T extends SQLiteTable>(
  db: Db,
  table: T,
  columns: Record<string, SQLiteColumn>,
  rows: readonly T["$inferInsert"][],
): Statement[] {
  const parts: T["$inferInsert"][][] = [];
  let characters = PART_MAX;
  for (const row of rows) {
    const size = JSON.stringify(row).length;
    if (characters + size > PART_MAX) {
      parts.push([]);
      characters = 0;
    }
    parts.at(-1)?.push(row);
    characters += size;
  }
  return parts.map((part) => insertMany(db, table, columns, part));
}

type RootTable = SQLiteTable &
  Record<"id" | "organizationId" | "version" | "updatedAt", SQLiteColumn>;

/** Changes a row and raises its version by the events that the decision records on it. */
export function revise<T extends RootTable>(
  db: Db,
  table: T,
  row: { id: string; organizationId: string; version: number },
  set: Partial<T["$inferInsert"]>,
  { now, events = 1 }: { now: number; events?: number },
): Statement {
  const values = { ...set, version: row.version + events, updatedAt: now };
  return (
    db
      .update(table)
      // SAFETY: RootTable has both columns; drizzle cannot see it through the type parameter.
      .set(values as never)
      .where(sql`${table.id} = ${row.id} and ${table.organizationId} = ${row.organizationId}`)
  );
}
