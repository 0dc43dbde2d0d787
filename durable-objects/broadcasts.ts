import { withoutPerson } from "../src/live/presence.ts";
import { KEPT_BROADCASTS } from "../src/live/room.ts";

export const BROADCAST_TABLE = `CREATE TABLE broadcasts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL, timestamp INTEGER NOT NULL
) STRICT`;

export type Broadcast = { seq: number; type: string; data: unknown; timestamp: number };
type Row = { seq: number; type: string; data: string; timestamp: number };

const parsed = (row: Row): Broadcast => ({ ...row, data: JSON.parse(row.data) });

/** What was told to all, numbered; the last of it is kept for those who come back. */
export function broadcastLog({ sql }: DurableObjectStorage) {
  const hide = (seq: number) => sql.exec("DELETE FROM broadcasts WHERE seq = ?", seq);
  return {
    /** What passes takes a number like the rest, and is kept for nobody. */
    add(
      type: string,
      data: unknown,
      { timestamp, passing = false }: { timestamp: number; passing?: boolean },
    ): Broadcast {
      const { seq } = sql
        .exec<{ seq: number }>(
          "INSERT INTO broadcasts (type, data, timestamp) VALUES (?, ?, ?) RETURNING seq",
          type,
          passing ? "null" : JSON.stringify(data),
          timestamp,
        )
        .one();
      if (passing) hide(seq);
      sql.exec("DELETE FROM broadcasts WHERE seq <= ?", seq - KEPT_BROADCASTS);
      return { seq, type, data, timestamp };
    },
    hide,
    /** Takes a person's name and words out of what is kept. */
    forget(userId: string): void {
      const named = sql
        .exec<Row>("SELECT * FROM broadcasts WHERE instr(data, ?)", userId)
        .toArray();
      for (const { seq, data } of named) {
        const unnamed = JSON.stringify(withoutPerson(JSON.parse(data), userId));
        sql.exec("UPDATE broadcasts SET data = ? WHERE seq = ?", unnamed, seq);
      }
    },
    /** The number of the last one, kept or not; 0 before the first. */
    last: (): number =>
      sql
        .exec<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'broadcasts'")
        .toArray()[0]?.seq ?? 0,
    after: (seq: number): Broadcast[] =>
      sql
        .exec<Row>("SELECT * FROM broadcasts WHERE seq > ? ORDER BY seq", seq)
        .toArray()
        .map(parsed),
  };
}
