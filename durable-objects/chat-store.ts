import { iso } from "../src/kernel/time.ts";
import type { ChatLine } from "../src/live/protocol.ts";

export const CHAT_TABLES = `
CREATE TABLE chat (
  seq INTEGER PRIMARY KEY, line_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, name TEXT NOT NULL,
  text TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX chat_of ON chat (user_id, seq);`;

/** Lines in a welcome. */
const LAST = 50;

type Row = { line_id: string; user_id: string; name: string; text: string; at: number };
const shown = ({ line_id: lineId, user_id: userId, name, text, at }: Row): ChatLine => ({
  lineId,
  userId,
  name,
  text,
  at: iso(at),
});

/** What was said, kept with the session; each line knows the broadcast that told it. */
export function chatStore({ sql }: DurableObjectStorage) {
  return {
    add({ lineId, userId, name, text, at }: Omit<ChatLine, "at"> & { at: number }, seq: number) {
      sql.exec("INSERT INTO chat VALUES (?, ?, ?, ?, ?, ?)", seq, lineId, userId, name, text, at);
    },
    last: (): ChatLine[] =>
      sql
        .exec<Row>("SELECT * FROM chat ORDER BY seq DESC LIMIT ?", LAST)
        .toArray()
        .toReversed()
        .map(shown),
    /** Gives the number of the broadcast that told the line. */
    remove: (lineId: string): number | undefined =>
      sql
        .exec<{ seq: number }>("DELETE FROM chat WHERE line_id = ? RETURNING seq", lineId)
        .toArray()[0]?.seq,
    /** A page of what one person said, for its export. */
    of: (userId: string, after: number, limit: number): (ChatLine & { seq: number })[] =>
      sql
        .exec<Row & { seq: number }>(
          "SELECT * FROM chat WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?",
          userId,
          after,
          limit,
        )
        .toArray()
        .map((row) => ({ seq: row.seq, ...shown(row) })),
    forget(userId: string): void {
      sql.exec("UPDATE chat SET name = '', text = '' WHERE user_id = ?", userId);
    },
  };
}
