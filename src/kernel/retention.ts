import { type SQL, sql } from "drizzle-orm";
import type { Db } from "./statement.ts";
import { DAY } from "./time.ts";

/** What of a table is kept for a time alone, in the order of an index. */
export type Kept = { table: SQL; over(now: number): SQL; order: SQL };

type RowId = { rowid: number };

/** The oldest rows whose time is over. */
export const expiredRows = (db: Db, { table, over, order }: Kept, now: number, limit: number) =>
  db.all<RowId>(
    sql`select rowid from ${table} where ${over(now)} order by ${order} limit ${limit}`,
  );

/** Deletes them, unless a row of another age has taken the place of one. */
export const expiredGone = (db: Db, { table, over }: Kept, now: number, rows: readonly RowId[]) =>
  db.all(sql`delete from ${table} where ${over(now)} and rowid in
    (select value from json_each(${JSON.stringify(rows.map((one) => one.rowid))}))`);

export const storedAnswers: Kept = {
  table: sql`lms_idempotency`,
  over: (now) => sql`created_at <= ${now - DAY}`,
  order: sql`created_at`,
};

export const doneTasks: Kept = {
  table: sql`lms_tasks`,
  over: (now) => sql`state = 'done' and updated_at <= ${now - 30 * DAY}`,
  order: sql`updated_at`,
};

/** Kept longer than any job's period: the last run of each says what is handled. */
export const oldJobRuns: Kept = {
  table: sql`lms_job_runs`,
  over: (now) => sql`started_at <= ${now - 400 * DAY}`,
  order: sql`started_at`,
};
