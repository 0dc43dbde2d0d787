import { SECOND } from "../src/kernel/time.ts";
import {
  ATTENDANCE_BATCH,
  type Attendance,
  attendanceOf,
  BRIDGE_MS,
  type Live,
  type Stay,
} from "../src/live/attendance.ts";

export const STAY_TABLES = `
CREATE TABLE stays (
  id INTEGER PRIMARY KEY, learner_id TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
  cut INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX stays_of ON stays (learner_id, since);
CREATE TABLE unwritten (learner_id TEXT PRIMARY KEY, change INTEGER NOT NULL) STRICT;`;

type Unwritten = { learner_id: string; change: number };

/** When each learner was there, and whose attendance D1 has yet to be told. */
export function stayStore({ sql }: DurableObjectStorage) {
  const changed = (learnerIds: readonly string[]) =>
    sql.exec(
      `INSERT INTO unwritten SELECT value, 1 FROM json_each(?) WHERE true
         ON CONFLICT (learner_id) DO UPDATE SET change = change + 1`,
      JSON.stringify(learnerIds),
    );

  return {
    /** A learner is there; one whom a death of the room cut off a moment ago never was away. */
    open(learnerId: string, at: number): void {
      const [last] = sql
        .exec<{ id: number; until: number | null; cut: number }>(
          "SELECT id, until, cut FROM stays WHERE learner_id = ? ORDER BY since DESC, id DESC LIMIT 1",
          learnerId,
        )
        .toArray();
      if (last && last.until === null) return;
      if (last?.cut === 1 && at - (last.until ?? 0) <= BRIDGE_MS) {
        sql.exec("UPDATE stays SET until = NULL, cut = 0 WHERE id = ?", last.id);
      } else sql.exec("INSERT INTO stays (learner_id, since) VALUES (?, ?)", learnerId, at);
      changed([learnerId]);
    },
    /** Learners are gone; `cut` where it was the room that died. */
    close(learnerIds: readonly string[], at: number, { cut = false } = {}): void {
      sql.exec(
        `UPDATE stays SET until = max(since, ?), cut = ? WHERE until IS NULL
           AND learner_id IN (SELECT value FROM json_each(?))`,
        at,
        cut ? 1 : 0,
        JSON.stringify(learnerIds),
      );
      changed(learnerIds);
    },
    /** A stay that was thought cut went on until now; false where none was. */
    mend(learnerId: string, at: number): boolean {
      const mended = sql.exec(
        `UPDATE stays SET until = max(until, ?), cut = 0 WHERE cut = 1 AND id = (
           SELECT id FROM stays WHERE learner_id = ? ORDER BY since DESC, id DESC LIMIT 1)`,
        at,
        learnerId,
      );
      if (mended.rowsWritten === 0) return false;
      changed([learnerId]);
      return true;
    },
    /** All are to be written anew, because the session has begun or ended. */
    allChanged: () =>
      changed(
        sql
          .exec<{ learner_id: string }>("SELECT DISTINCT learner_id FROM stays")
          .toArray()
          .map(({ learner_id }) => learner_id),
      ),
    /** What was told before this object lost its storage, as one stay of that length. */
    seed(told: readonly { learnerId: string; firstJoinedAt: number; secondsPresent: number }[]) {
      for (const { learnerId, firstJoinedAt, secondsPresent } of told) {
        sql.exec(
          "INSERT INTO stays (learner_id, since, until) VALUES (?, ?, ?)",
          learnerId,
          firstJoinedAt,
          firstJoinedAt + secondsPresent * SECOND,
        );
      }
    },
    isWritten: (): boolean => sql.exec("SELECT 1 FROM unwritten LIMIT 1").toArray().length === 0,
    /** What D1 has to be told next, and how to note that it was. */
    next(live: Live & { now: number }): { rows: Attendance[]; written(): void } {
      const unwritten = sql
        .exec<Unwritten>("SELECT * FROM unwritten ORDER BY learner_id LIMIT ?", ATTENDANCE_BATCH)
        .toArray();
      const rows = unwritten.flatMap(({ learner_id }) => {
        const stays = sql
          .exec<Stay>("SELECT since, until FROM stays WHERE learner_id = ?", learner_id)
          .toArray();
        return attendanceOf(learner_id, stays, live) ?? [];
      });
      const written = () => {
        for (const { learner_id, change } of unwritten) {
          sql.exec("DELETE FROM unwritten WHERE learner_id = ? AND change = ?", learner_id, change);
        }
      };
      return { rows, written };
    },
  };
}
