import type { Person } from "../src/live/protocol.ts";
import { type RoomState, roomState } from "../src/live/room.ts";

export const ROOM_TABLES = `
CREATE TABLE room (
  one INTEGER PRIMARY KEY CHECK (one = 1), session_id TEXT NOT NULL, org_id TEXT NOT NULL,
  status TEXT NOT NULL, version INTEGER NOT NULL, planned_end INTEGER NOT NULL
) STRICT;
CREATE TABLE announced (user_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;`;

export const STAGE_TABLES = `
ALTER TABLE room ADD COLUMN started_at INTEGER;
ALTER TABLE room ADD COLUMN ended_at INTEGER;
CREATE TABLE stage (
  one INTEGER PRIMARY KEY CHECK (one = 1), chat_muted INTEGER NOT NULL DEFAULT 0,
  spotlight TEXT, spotlight_name TEXT, spotlight_role TEXT, alive_at INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO stage (one) VALUES (1);
CREATE TABLE removed (user_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;`;

type Stage = {
  chat_muted: number;
  spotlight: string | null;
  spotlight_name: string;
  spotlight_role: string;
  alive_at: number;
};

/** The session's state as last heard, what its host set up in the room, and who may not come back. */
export function roomStore({ sql }: DurableObjectStorage) {
  const stage = () => sql.exec<Stage>("SELECT * FROM stage").one();
  return {
    state(): RoomState | undefined {
      const [row] = sql
        .exec(
          `SELECT session_id AS sessionId, org_id AS orgId, status, version,
             planned_end AS plannedEnd, started_at AS startedAt, ended_at AS endedAt FROM room`,
        )
        .toArray();
      return row && roomState.parse(row);
    },
    setState(state: RoomState): void {
      const { sessionId, orgId, status, version, plannedEnd, startedAt, endedAt } = state;
      const values = [sessionId, orgId, status, version, plannedEnd];
      const live = [startedAt ?? null, endedAt ?? null];
      sql.exec("INSERT OR REPLACE INTO room VALUES (1, ?, ?, ?, ?, ?, ?, ?)", ...values, ...live);
    },
    set(): { chatMuted: boolean; spotlight: Person | null } {
      const { chat_muted, spotlight, spotlight_name: name, spotlight_role } = stage();
      const role = spotlight_role === "host" ? ({ role: "host" } as const) : {};
      return {
        chatMuted: chat_muted === 1,
        spotlight: spotlight === null ? null : { userId: spotlight, name, ...role },
      };
    },
    mute: (muted: boolean) => sql.exec("UPDATE stage SET chat_muted = ?", muted ? 1 : 0),
    spotlight(person: Person | null): void {
      const values = [person?.userId ?? null, person?.name ?? null, person?.role ?? null];
      sql.exec(
        "UPDATE stage SET (spotlight, spotlight_name, spotlight_role) = (?, ?, ?)",
        ...values,
      );
    },
    /** Notes that the room lives; a second is exact enough, so most calls write nothing. */
    alive: (now: number) =>
      sql.exec("UPDATE stage SET alive_at = ? WHERE alive_at <= ?", now, now - 1_000),
    /** The last moment of which it is known that the room lived; 0 where it never did. */
    aliveAt: (): number => stage().alive_at,
    remove: ({ userId, name }: Person) =>
      sql.exec("INSERT OR REPLACE INTO removed VALUES (?, ?)", userId, name),
    readmit: (userId: string) => sql.exec("DELETE FROM removed WHERE user_id = ?", userId),
    isRemoved: (userId: string): boolean =>
      sql.exec("SELECT 1 FROM removed WHERE user_id = ?", userId).toArray().length > 0,
    removed: (): Person[] =>
      sql.exec<Person>("SELECT user_id AS userId, name FROM removed ORDER BY user_id").toArray(),
    forget(userId: string): void {
      sql.exec("UPDATE removed SET name = '' WHERE user_id = ?", userId);
      sql.exec("UPDATE stage SET spotlight_name = '' WHERE spotlight = ?", userId);
    },
  };
}
