import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { givesRows } from "../embed/client-database.ts";
import type { DatabaseClient } from "../embed/ports.ts";
import type { SqlRow, SqlStatement } from "../kernel/database.ts";

const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations");

/** SQLite in this process, with the migrations applied in their order. */
export function sqliteInMemory(migrations = MIGRATIONS): DatabaseClient & { close(): void } {
  const sqlite = new DatabaseSync(":memory:");
  for (const file of readdirSync(migrations).toSorted()) {
    if (file.endsWith(".sql")) sqlite.exec(readFileSync(join(migrations, file), "utf8"));
  }
  const run = ({ sql, params }: SqlStatement): SqlRow[] => {
    const prepared = sqlite.prepare(sql);
    const values = params.map(boundAs);
    if (givesRows(sql)) return prepared.all(...values) as SqlRow[];
    prepared.run(...values);
    return [];
  };
  return {
    query: async <T>(sql: string, params: unknown[]) => run({ sql, params }) as T[],
    execute: async (sql, params) => {
      run({ sql, params });
    },
    /** Synchronous between BEGIN and COMMIT, so that nothing comes in between. */
    batch: async (statements) => {
      sqlite.exec("BEGIN IMMEDIATE");
      try {
        const results = statements.map(run);
        sqlite.exec("COMMIT");
        return results;
      } catch (error) {
        sqlite.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => sqlite.close(),
  };
}

/** As D1 takes them: a boolean is a number, what is undefined is null. */
function boundAs(param: unknown): SQLInputValue {
  if (typeof param === "boolean") return Number(param);
  if (param === undefined) return null;
  return param as SQLInputValue;
}
