import { Column, is, SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Database, Freshness } from "../kernel/ports.ts";
import type { Db, Statement } from "../kernel/statement.ts";

/** What a unit of work cost: D1 round trips, their statements, rows read, and milliseconds of waiting. */
export type Meter = { trips: number; statements: number; rows: number; ms: number };

export const newMeter = (): Meter => ({ trips: 0, statements: 0, rows: 0, ms: 0 });

type Client = Pick<D1DatabaseSession, "prepare" | "batch">;

/** Every access of ours is a batch, so this is the one place where round trips are counted. */
function metered(client: Client, meter: Meter): Client {
  return {
    prepare: (text) => client.prepare(text),
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const start = performance.now();
      meter.trips += 1;
      meter.statements += statements.length;
      try {
        const results = await client.batch<T>(statements);
        for (const result of results) meter.rows += result.meta.rows_read ?? 0;
        return results;
      } finally {
        meter.ms += performance.now() - start;
      }
    },
  };
}

export function databaseOn(client: Client, meter: Meter): Database {
  const counted = metered(client, meter);
  // SAFETY: drizzle uses prepare and batch alone, which a session has as a database has.
  const d1 = drizzle(counted as D1Database);
  return {
    // SAFETY: the same class; a batch's results are read through their statements' own types.
    db: d1 as unknown as Db,
    batch: (statements: readonly Statement[]) => batchOf(counted, statements),
  };
}

type Preparable = {
  _prepare(): {
    getQuery(): { sql: string; params: unknown[] };
    mapResult(result: unknown, isFromBatch: boolean): unknown;
    fields?: readonly Field[];
  };
};
type Field = { path: readonly string[]; field: unknown };

/** drizzle's own batch of D1 breaks on a raw `db.all(sql)` that has parameters. */
async function batchOf(client: Client, statements: readonly Statement[]): Promise<unknown[]> {
  // SAFETY: what drizzle's own batch calls on every statement, hidden from its types.
  const prepared = (statements as unknown as readonly Preparable[]).map((one) => one._prepare());
  const results = await client.batch(
    prepared.map((one) => {
      const { sql, params } = one.getQuery();
      return client.prepare(sql).bind(...params);
    }),
  );
  return results.map((result, at) => {
    const query = prepared[at];
    const rows = result.results as Row[];
    // A batch's rows are objects: of two columns with one name the second takes the first one's place.
    if (query?.fields && rows[0] && Object.keys(rows[0]).length !== query.fields.length) {
      throw new Error(`Two columns share a name; alias one: ${query.getQuery().sql}`);
    }
    return query?.fields?.every(({ path }) => path.length === 1)
      ? flatRows(query.fields, rows)
      : query?.mapResult(result, true);
  });
}

type Row = Record<string, unknown>;
type Decode = (value: unknown) => unknown;

/** As drizzle maps rows, but what a column needs is looked up once a query and not once a cell. */
function flatRows(fields: readonly Field[], rows: readonly Row[]): Row[] {
  const names = Object.keys(rows[0] ?? {});
  const columns = fields.map(({ path, field }, at) => ({
    property: path[0] ?? "",
    name: names[at] ?? "",
    decode: decoderOf(field),
  }));
  return rows.map((row) => {
    const mapped: Row = {};
    for (const { property, name, decode } of columns) {
      const value = row[name];
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

/** As D1 writes them; what else a caller sends is not asked for. */
const BOOKMARK = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;

/** Sessions on the organization's database, and the bookmark of the last one used. */
export function databases(d1: D1Database, meter: Meter, bookmark: string | undefined) {
  let last: D1DatabaseSession | undefined;
  const seen = bookmark !== undefined && BOOKMARK.test(bookmark) ? bookmark : undefined;
  const constraint = (freshness: Freshness) => {
    if (freshness === "any") return "first-unconstrained";
    return freshness === "caller" ? (seen ?? "first-primary") : "first-primary";
  };
  return {
    for: (freshness: Freshness): Database => {
      last = d1.withSession(constraint(freshness));
      return databaseOn(last, meter);
    },
    bookmark: (): string | undefined => last?.getBookmark() ?? undefined,
  };
}
