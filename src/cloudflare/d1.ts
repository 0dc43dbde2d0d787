import { drizzle } from "drizzle-orm/d1";
import { databaseOver, type RunBatch, type SqlRow } from "../kernel/database.ts";
import type { Database, Freshness } from "../kernel/ports.ts";
import type { Db } from "../kernel/statement.ts";

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
      try {
        const results = await client.batch<T>(statements);
        for (const result of results) meter.rows += result.meta.rows_read ?? 0;
        return results;
      } finally {
        // At its end: what an answer does not wait for is not counted with it.
        meter.trips += 1;
        meter.statements += statements.length;
        meter.ms += performance.now() - start;
      }
    },
  };
}

export function databaseOn(client: Client, meter: Meter): Database {
  const counted = metered(client, meter);
  // SAFETY: drizzle uses prepare and batch alone, which a session has as a database has.
  const d1 = drizzle(counted as D1Database);
  const run: RunBatch = async (statements) => {
    const results = await counted.batch<SqlRow>(
      statements.map(({ sql, params }) => counted.prepare(sql).bind(...params)),
    );
    return results.map((result) => result.results);
  };
  // SAFETY: the same class; a batch's results are read through their statements' own types.
  return databaseOver(run, d1 as unknown as Db);
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
