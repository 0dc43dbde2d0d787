import { withoutName } from "../src/live/presence.ts";
import { KEPT_BROADCASTS } from "../src/live/room.ts";

export const BROADCAST_TABLE = `CREATE TABLE broadcasts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL, timestamp INTEGER NOT NULL
) STRICT`;

export type Broadcast = { seq: number; type: string; data: unknown; timestamp: number };
type Row = { seq: number; type: string; data: string; timestamp: number };

const parsed = (row: Row): Broadcast => ({ ...row, data: JSON.parse(row.data) });

/** What was told to all, numbered; the last of it is kept for those who come back. */
export function broadcastLog({ sql }: DurableObjectStorage) {
  return {
    add(type: string, data: unknown, timestamp: number): Broadcast {
      const { seq } = sql
        .exec<{ seq: number }>(
          "INSERT INTO broadcasts (type, data, timestamp) VALUES (?, ?, ?) RETURNING seq",
          type,
          JSON.stringify(data),
          timestamp,
        )
        .one();
      sql.exec("DELETE FROM broadcasts WHERE seq <= ?", seq - KEPT_BROADCASTS);
      return { seq, type, data, timestamp };
    },
    /** Takes a person's name out of what is kept. */
    forget(userId: string): void {
      const named = sql
        .exec<Row>("SELECT * FROM broadcasts WHERE instr(data, ?)", userId)
        .toArray();
      for (const { seq, data } of named) {
        const unnamed = JSON.stringify(withoutName(JSON.parse(data), userId));
        sql.exec("UPDATE broadcasts SET data = ? WHERE seq = ?", unnamed, seq);
      }
    },
    kept(): { first: number; last: number } {
      return sql
        .exec<{ first: number; last: number }>(
          "SELECT coalesce(min(seq), 0) AS first, coalesce(max(seq), 0) AS last FROM broadcasts",
        )
        .one();
    },
    after: (seq: number): Broadcast[] =>
      sql
        .exec<Row>("SELECT * FROM broadcasts WHERE seq > ? ORDER BY seq", seq)
        .toArray()
        .map(parsed),
  };
}
