import { iso } from "../src/kernel/time.ts";
import type { Hand, HandData } from "../src/live/protocol.ts";

export const HAND_TABLES = `
CREATE TABLE hands (
  user_id TEXT PRIMARY KEY, name TEXT NOT NULL, raised_at INTEGER NOT NULL,
  up INTEGER NOT NULL, told INTEGER NOT NULL
) STRICT;`;

type Row = { user_id: string; name: string; raised_at: number };
const shown = ({ user_id: userId, name, raised_at }: Row): Hand => ({
  userId,
  name,
  raisedAt: iso(raised_at),
});

/** Hands that are up, and what of it those connected have yet to hear. */
export function handStore({ sql }: DurableObjectStorage) {
  const rows = (where: string) =>
    sql.exec<Row>(`SELECT * FROM hands WHERE ${where} ORDER BY raised_at, user_id`).toArray();
  return {
    raise: (userId: string, name: string, at: number) =>
      sql.exec(
        `INSERT INTO hands VALUES (?, ?, ?, 1, 0) ON CONFLICT (user_id) DO UPDATE SET
           up = 1, raised_at = iif(up, raised_at, excluded.raised_at), told = iif(up, told, 0)`,
        userId,
        name,
        at,
      ),
    lower: (userIds: readonly string[]) =>
      sql.exec(
        "UPDATE hands SET up = 0 WHERE user_id IN (SELECT value FROM json_each(?))",
        JSON.stringify(userIds),
      ),
    /** Those told of, the first raised first. */
    up: (): Hand[] => rows("told = 1").map(shown),
    /** What has changed since the last time; a hand that went up and down in between is not mentioned. */
    announce(): HandData | undefined {
      const raised = rows("up = 1 AND told = 0").map((one) => ({
        type: "raise" as const,
        ...shown(one),
      }));
      const lowered = rows("up = 0 AND told = 1").map(({ user_id: userId }) => ({
        type: "lower" as const,
        userId,
      }));
      sql.exec("DELETE FROM hands WHERE up = 0");
      sql.exec("UPDATE hands SET told = 1");
      if (raised.length + lowered.length === 0) return undefined;
      const { n } = sql.exec<{ n: number }>("SELECT count(*) AS n FROM hands").one();
      return { changes: [...raised, ...lowered], count: n };
    },
    forget: (userId: string) => sql.exec("UPDATE hands SET name = '' WHERE user_id = ?", userId),
  };
}
