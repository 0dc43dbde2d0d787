import { iso } from "../src/kernel/time.ts";
import type { Poll, PollResults } from "../src/live/protocol.ts";

export const POLL_TABLES = `
CREATE TABLE polls (
  poll_id TEXT PRIMARY KEY, question TEXT NOT NULL, options TEXT NOT NULL,
  opened_at INTEGER NOT NULL, closed_at INTEGER, results TEXT, told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX polls_open ON polls (closed_at IS NULL) WHERE closed_at IS NULL;
CREATE TABLE votes (
  poll_id TEXT NOT NULL, user_id TEXT NOT NULL, choice INTEGER NOT NULL,
  PRIMARY KEY (poll_id, user_id)
) STRICT, WITHOUT ROWID;`;

type Row = { poll_id: string; question: string; options: string; opened_at: number; told: number };

/** Polls and their votes: a person has one, whatever tabs it has open. */
export function pollStore({ sql }: DurableObjectStorage) {
  const open = () => sql.exec<Row>("SELECT * FROM polls WHERE closed_at IS NULL").toArray()[0];
  const votes = (pollId: string) =>
    sql.exec<{ n: number }>("SELECT count(*) AS n FROM votes WHERE poll_id = ?", pollId).one().n;

  return {
    /** The one that is open. */
    current(): Poll | undefined {
      const row = open();
      return (
        row && {
          pollId: row.poll_id,
          question: row.question,
          options: JSON.parse(row.options),
          openedAt: iso(row.opened_at),
          votes: row.told,
        }
      );
    },
    voteOf: (pollId: string, userId: string): number | null =>
      sql
        .exec<{ choice: number }>(
          "SELECT choice FROM votes WHERE poll_id = ? AND user_id = ?",
          pollId,
          userId,
        )
        .toArray()[0]?.choice ?? null,
    open(poll: { pollId: string; question: string; options: string[] }, at: number): void {
      const { pollId, question, options } = poll;
      const values = [pollId, question, JSON.stringify(options), at];
      sql.exec(
        "INSERT INTO polls (poll_id, question, options, opened_at) VALUES (?, ?, ?, ?)",
        ...values,
      );
    },
    /** False where this person has voted before: a vote is not changed. */
    vote: (pollId: string, userId: string, option: number): boolean =>
      sql.exec("INSERT OR IGNORE INTO votes VALUES (?, ?, ?)", pollId, userId, option).rowsWritten >
      0,
    close(pollId: string, optionCount: number, at: number): PollResults {
      const results = Array.from({ length: optionCount }, () => 0);
      const counted = sql.exec<{ choice: number; n: number }>(
        "SELECT choice, count(*) AS n FROM votes WHERE poll_id = ? GROUP BY choice",
        pollId,
      );
      for (const { choice, n } of counted) results[choice] = n;
      const closed = [at, JSON.stringify(results), pollId];
      sql.exec("UPDATE polls SET closed_at = ?, results = ? WHERE poll_id = ?", ...closed);
      return { pollId, results, votes: votes(pollId) };
    },
    /** How many have voted, where more have than those connected know of. */
    announce(): { pollId: string; votes: number } | undefined {
      const row = open();
      if (!row) return undefined;
      const now = votes(row.poll_id);
      if (now === row.told) return undefined;
      sql.exec("UPDATE polls SET told = ? WHERE poll_id = ?", now, row.poll_id);
      return { pollId: row.poll_id, votes: now };
    },
  };
}
