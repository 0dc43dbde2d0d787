import { databaseOver, type RunBatch, type SqlRow } from "../kernel/database.ts";
import type { Database } from "../kernel/ports.ts";
import type { DatabaseClient } from "./ports.ts";

const databases = new WeakMap<DatabaseClient, Database>();

/** The kernel's database over a host's client: by its `batch`, else as one transaction at a time. */
export function databaseOn(client: DatabaseClient): Database {
  const known = databases.get(client);
  if (known) return known;
  const { batch } = client;
  const made = databaseOver(batch ? (all) => batch.call(client, all) : inTransactions(client));
  databases.set(client, made);
  return made;
}

/** One connection holds one transaction: whoever comes next waits for its end. */
function inTransactions(client: DatabaseClient): RunBatch {
  let last: Promise<unknown> = Promise.resolve();
  return (statements) => {
    const mine = last.then(() => transaction(client, statements));
    last = mine.catch(() => undefined);
    return mine;
  };
}

async function transaction(
  client: DatabaseClient,
  statements: Parameters<RunBatch>[0],
): Promise<SqlRow[][]> {
  await client.execute("BEGIN IMMEDIATE", []);
  try {
    const results: SqlRow[][] = [];
    for (const { sql, params } of statements) {
      if (givesRows(sql)) results.push(await client.query<SqlRow>(sql, params));
      else {
        await client.execute(sql, params);
        results.push([]);
      }
    }
    await client.execute("COMMIT", []);
    return results;
  } catch (error) {
    await client.execute("ROLLBACK", []);
    throw error;
  }
}

export const givesRows = (sql: string): boolean =>
  /^\s*(?:select|with|values)\b/i.test(sql) || /\breturning\b/i.test(sql);
