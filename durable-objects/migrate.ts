/** Brings an object's own tables to the newest shape. The list is append-only: what ran is never changed. */
export function migrate(storage: DurableObjectStorage, steps: readonly string[]): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec("CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY) STRICT");
    const done = sql.exec<{ n: number }>("SELECT count(*) AS n FROM migrations").one().n;
    for (const [index, step] of steps.slice(done).entries()) {
      sql.exec(step);
      sql.exec("INSERT INTO migrations (step) VALUES (?)", done + index + 1);
    }
  });
}
