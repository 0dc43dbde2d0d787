import type { AbsentNews, PresentNews } from "../src/cohorts/online.ts";
import { ONLINE_MS } from "../src/cohorts/online.ts";
import type { OnlinePage, OnlineWindow } from "../src/kernel/ports.ts";

export const ONLINE_TABLE = `
CREATE TABLE online (
  user_id TEXT NOT NULL, teller TEXT NOT NULL, name TEXT NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (user_id, teller)
) STRICT, WITHOUT ROWID;`;

/** Who is connected, by whom it was told: a fact lasts until its teller would have told it again. */
export function onlineStore({ sql }: DurableObjectStorage) {
  return {
    present({ teller, people }: PresentNews, now: number): void {
      for (const { userId, name } of people) {
        const row = [userId, teller, name, now + ONLINE_MS];
        sql.exec("INSERT OR REPLACE INTO online VALUES (?, ?, ?, ?)", ...row);
      }
    },
    absent({ teller, userIds }: AbsentNews): void {
      for (const userId of userIds) {
        sql.exec("DELETE FROM online WHERE user_id = ? AND teller = ?", userId, teller);
      }
    },
    sweep(now: number): void {
      sql.exec("DELETE FROM online WHERE until <= ?", now);
    },
    /** When the next fact runs out; null where nobody is known to be there. */
    nextEnd: (): number | null =>
      sql.exec<{ at: number | null }>("SELECT min(until) AS at FROM online").one().at,
    page({ after, limit, offset }: OnlineWindow, now: number): OnlinePage {
      const people = sql.exec<{ userId: string; name: string }>(
        `SELECT user_id AS userId, max(name) AS name FROM online WHERE until > ? AND user_id > ?
         GROUP BY user_id ORDER BY user_id LIMIT ? OFFSET ?`,
        now,
        after ?? "",
        limit,
        offset,
      );
      const { count } = sql
        .exec<{ count: number }>(
          "SELECT count(DISTINCT user_id) AS count FROM online WHERE until > ?",
          now,
        )
        .one();
      return { people: people.toArray(), count };
    },
  };
}
