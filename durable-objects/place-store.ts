export const PLACE_TABLES = `
CREATE TABLE places (place INTEGER PRIMARY KEY, alive_at INTEGER NOT NULL) STRICT;`;

/** The objects beside that have sockets of this room, and when each was last known to live. */
export function placeStore({ sql }: DurableObjectStorage) {
  return {
    all: (): number[] =>
      sql
        .exec<{ place: number }>("SELECT place FROM places ORDER BY place")
        .toArray()
        .map(({ place }) => place),
    /** A second is exact enough, so most calls write nothing. */
    alive: (place: number, now: number) =>
      sql.exec(
        `INSERT INTO places VALUES (?, ?) ON CONFLICT (place) DO UPDATE SET alive_at = excluded.alive_at
           WHERE alive_at <= excluded.alive_at - 1000`,
        place,
        now,
      ),
    aliveAt: (place: number): number =>
      sql
        .exec<{ alive_at: number }>("SELECT alive_at FROM places WHERE place = ?", place)
        .toArray()[0]?.alive_at ?? 0,
    drop: (place: number) => sql.exec("DELETE FROM places WHERE place = ?", place),
  };
}
