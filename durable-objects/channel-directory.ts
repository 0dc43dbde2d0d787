import { newId } from "../src/kernel/id.ts";
import { DAY } from "../src/kernel/time.ts";
import { SHARDS_MAX } from "../src/live/gateway.ts";

export const DIRECTORY_TABLES = `
CREATE TABLE spread (one INTEGER PRIMARY KEY CHECK (one = 1), shards INTEGER NOT NULL) STRICT;
CREATE TABLE followed (
  channel TEXT NOT NULL, shard INTEGER NOT NULL, mark TEXT NOT NULL, PRIMARY KEY (channel, shard)
) STRICT, WITHOUT ROWID;
CREATE TABLE told (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX told_by_age ON told (at);`;

/** A task gives up long before. */
const TOLD_MS = 2 * DAY;

export type Following = { shard: number; mark: string };

/** Which objects of an organization have somebody on a channel. */
export function channelDirectory({ sql }: DurableObjectStorage) {
  const shards = (): number =>
    sql.exec<{ shards: number }>("SELECT shards FROM spread").toArray()[0]?.shards ?? 1;
  return {
    shards,
    /** Twice as many, unless there are more by now than whoever asks has seen. */
    grow(seen: number): number {
      if (seen >= shards()) {
        const next = Math.min(SHARDS_MAX, seen * 2);
        sql.exec("INSERT OR REPLACE INTO spread VALUES (1, ?)", next);
      }
      return shards();
    },
    /** Marked anew each time, so that who finds a channel deserted forgets just what it has seen. */
    follow(channel: string, shard: number): void {
      sql.exec("INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", channel, shard, newId());
    },
    following: (channel: string): Following[] =>
      sql.exec<Following>("SELECT shard, mark FROM followed WHERE channel = ?", channel).toArray(),
    forget(channel: string, { shard, mark }: Following): void {
      sql.exec(
        "DELETE FROM followed WHERE channel = ? AND shard = ? AND mark = ?",
        channel,
        shard,
        mark,
      );
    },
  };
}

/** What was told here already, by the messages' ids. */
export function toldOnce({ sql }: DurableObjectStorage) {
  return {
    /** Whether this is the first time. */
    isNew(id: string, now: number): boolean {
      sql.exec("DELETE FROM told WHERE at < ?", now - TOLD_MS);
      const added = sql.exec("INSERT OR IGNORE INTO told VALUES (?, ?) RETURNING id", id, now);
      return added.toArray().length > 0;
    },
  };
}
