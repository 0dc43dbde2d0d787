export const FAN_OUT_TABLES = `
CREATE TABLE fan_out (
  one INTEGER PRIMARY KEY CHECK (one = 1), session_id TEXT NOT NULL, place INTEGER NOT NULL,
  channel TEXT NOT NULL, last INTEGER NOT NULL
) STRICT;
CREATE TABLE gone (conn TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;`;

type FanOut = { sessionId: string; place: number; channel: string; last: number };
type Gone = { conn: string; at: number };

/** Whose sockets these are, how far they have been told, and who has left without the session knowing. */
export function fanOutStore({ sql }: DurableObjectStorage) {
  const row = (): FanOut | undefined =>
    sql
      .exec<FanOut>("SELECT session_id AS sessionId, place, channel, last FROM fan_out")
      .toArray()[0];
  return {
    get(): FanOut {
      const known = row();
      if (!known) throw new Error("Nobody has come here yet");
      return known;
    },
    /** The number of the last broadcast that the sockets here were told. */
    last: (): number => row()?.last ?? 0,
    set: ({ sessionId, place, channel, last }: FanOut) =>
      sql.exec(
        "INSERT OR REPLACE INTO fan_out VALUES (1, ?, ?, ?, ?)",
        sessionId,
        place,
        channel,
        last,
      ),
    reached: (seq: number) => sql.exec("UPDATE fan_out SET last = max(last, ?)", seq),
    lost: (conn: string, at: number) =>
      sql.exec("INSERT OR IGNORE INTO gone VALUES (?, ?)", conn, at),
    gone: (): Gone[] => sql.exec<Gone>("SELECT conn, at FROM gone ORDER BY at").toArray(),
    told: (gone: readonly Gone[]) =>
      sql.exec(
        "DELETE FROM gone WHERE conn IN (SELECT value FROM json_each(?))",
        JSON.stringify(gone.map(({ conn }) => conn)),
      ),
  };
}
