import { Column, is, SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { Database } from "./ports.ts";
import type { Db, Statement } from "./statement.ts";

export type SqlRow = Record<string, unknown>;
export type SqlStatement = { sql: string; params: unknown[] };
/** Runs statements in their order, all or nothing; each gives its rows, keyed by column. */
export type RunBatch = (
  statements: readonly SqlStatement[],
) => Promise<readonly (readonly SqlRow[])[]>;

/** drizzle over whatever runs SQL; `db` where the platform has a driver of its own. */
export const databaseOver = (run: RunBatch, db: Db = proxyOver(run)): Database => ({
  db,
  batch: async (statements) => {
    const prepared = statements.map(preparedOf);
    const results = await run(prepared.map(textOf));
    return prepared.map((one, at) => resultOf(one, results[at] ?? []));
  },
});

const proxyOver = (run: RunBatch): Db =>
  drizzle(async (sql, params, method) => {
    const [found] = await run([{ sql, params }]);
    const rows = (found ?? []).map((row) => Object.values(row));
    // SAFETY: the driver asks for one row, or none, by this method; its types know lists alone.
    return { rows: method === "get" ? (rows[0] as unknown[]) : rows };
  });

export const sqlOf = (statement: Statement): SqlStatement => textOf(preparedOf(statement));

type Prepared = {
  getQuery(): SqlStatement;
  /** D1's driver takes `results`, the proxy's `rows`. */
  mapResult(
    result: { results: readonly SqlRow[]; rows: unknown[][] },
    isFromBatch: boolean,
  ): unknown;
  fields?: readonly Field[];
};
type Field = { path: readonly string[]; field: unknown };

const preparedOf = (statement: Statement): Prepared =>
  // SAFETY: what drizzle's own batch calls on every statement, hidden from its types.
  (statement as unknown as { _prepare(): Prepared })._prepare();

function textOf(prepared: Prepared): SqlStatement {
  const { sql, params } = prepared.getQuery();
  return { sql, params };
}

function resultOf(prepared: Prepared, rows: readonly SqlRow[]): unknown {
  const { fields } = prepared;
  if (!fields || rows.length === 0) return rows;
  // Rows are objects: of two columns with one name the second takes the first one's place.
  if (rows[0] && Object.keys(rows[0]).length !== fields.length) {
    throw new Error(`Two columns share a name; alias one: ${prepared.getQuery().sql}`);
  }
  return fields.every(({ path }) => path.length === 1)
    ? flatRows(fields, rows)
    : prepared.mapResult({ results: rows, rows: rows.map((row) => Object.values(row)) }, true);
}

type Decode = (value: unknown) => unknown;

type Decoded = readonly { property: string; decode: Decode | undefined }[];
/** By the fields of a statement that is built once; others come and go with theirs. */
const decoded = new WeakMap<readonly Field[], Decoded>();

function decodedFields(fields: readonly Field[]): Decoded {
  const known =
    decoded.get(fields) ??
    fields.map(({ path, field }) => ({ property: path[0] ?? "", decode: decoderOf(field) }));
  decoded.set(fields, known);
  return known;
}

/** As drizzle maps rows, but what a column needs is looked up once a query and not once a cell. */
function flatRows(fields: readonly Field[], rows: readonly SqlRow[]): SqlRow[] {
  const columns = decodedFields(fields);
  const names = Object.keys(rows[0] ?? {});
  return rows.map((row) => {
    const mapped: SqlRow = {};
    for (let at = 0; at < columns.length; at++) {
      const { property, decode } = columns[at] as Decoded[number];
      const value = row[names[at] ?? ""];
      mapped[property] = decode && value !== null ? decode(value) : value;
    }
    return mapped;
  });
}

/** Undefined where the driver's value is the value. */
function decoderOf(field: unknown): Decode | undefined {
  const inner = is(field, SQL.Aliased) ? field.sql : field;
  // SAFETY: drizzle's own decoder of an SQL, hidden from its types.
  const decoder = is(inner, Column) ? inner : (inner as { decoder: Column }).decoder;
  const decode = decoder.mapFromDriverValue as Decode;
  return decode === Column.prototype.mapFromDriverValue
    ? undefined
    : (value) => decode.call(decoder, value);
}
