import type { PresenceChange } from "../src/live/presence.ts";
import { type RoomState, roomState } from "../src/live/room.ts";

export const ROOM_TABLES = `
CREATE TABLE room (
  one INTEGER PRIMARY KEY CHECK (one = 1), session_id TEXT NOT NULL, org_id TEXT NOT NULL,
  status TEXT NOT NULL, version INTEGER NOT NULL, planned_end INTEGER NOT NULL
) STRICT;
CREATE TABLE announced (user_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;`;

/** The session's state as last heard, and the participants whom those connected know of. */
export function roomStore({ sql }: DurableObjectStorage) {
  return {
    state(): RoomState | undefined {
      const [row] = sql
        .exec(
          `SELECT session_id AS sessionId, org_id AS orgId, status, version,
             planned_end AS plannedEnd FROM room`,
        )
        .toArray();
      return row && roomState.parse(row);
    },
    setState({ sessionId, orgId, status, version, plannedEnd }: RoomState): void {
      sql.exec(
        "INSERT OR REPLACE INTO room VALUES (1, ?, ?, ?, ?, ?)",
        sessionId,
        orgId,
        status,
        version,
        plannedEnd,
      );
    },
    announced: (): ReadonlyMap<string, string> =>
      new Map(
        sql
          .exec<{ user_id: string; name: string }>("SELECT user_id, name FROM announced")
          .toArray()
          .map((row) => [row.user_id, row.name]),
      ),
    forget(userId: string): void {
      sql.exec("UPDATE announced SET name = '' WHERE user_id = ?", userId);
    },
    announce(changes: readonly PresenceChange[]): void {
      for (const { type, userId, name } of changes) {
        if (type === "leave") sql.exec("DELETE FROM announced WHERE user_id = ?", userId);
        else sql.exec("INSERT OR REPLACE INTO announced VALUES (?, ?)", userId, name);
      }
    },
  };
}
