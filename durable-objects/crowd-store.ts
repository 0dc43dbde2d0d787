import { PAGE_PEOPLE } from "../src/live/presence.ts";
import type { ParticipantsData, Person, PresenceData } from "../src/live/protocol.ts";
import type { Identity } from "../src/live/room.ts";

export const CROWD_TABLES = `
ALTER TABLE announced ADD COLUMN role TEXT NOT NULL DEFAULT 'learner';
CREATE TABLE conns (
  conn TEXT PRIMARY KEY, place INTEGER NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL,
  role TEXT NOT NULL, joined_at INTEGER NOT NULL
) STRICT;
CREATE INDEX conns_by_user ON conns (user_id, role);
CREATE INDEX conns_by_place ON conns (place);`;

/** One socket, here or in an object beside. */
export type Conn = Identity & { conn: string; place: number };
/** A person whose last socket is gone. */
export type Gone = { userId: string; role: Identity["role"] };

type Row = { userId: string; name: string; role: string };
const JOINED = `SELECT user_id AS userId, max(name) AS name, max(role) AS role FROM conns
  WHERE role <> 'observer' AND NOT EXISTS (SELECT 1 FROM announced WHERE announced.user_id = conns.user_id)
  GROUP BY user_id ORDER BY user_id`;
const LEFT = `SELECT user_id AS userId, name, role FROM announced WHERE NOT EXISTS (
  SELECT 1 FROM conns WHERE conns.user_id = announced.user_id AND role <> 'observer')
  ORDER BY user_id`;

const person = ({ userId, name, role }: Row): Person =>
  role === "host" ? { userId, name, role } : { userId, name };

/** Every socket of the room, and the participants whom those connected know of. */
export function crowdStore({ sql }: DurableObjectStorage) {
  const people = (query: string, ...values: (string | number)[]) =>
    sql
      .exec<Row>(query, ...values)
      .toArray()
      .map(person);
  const isHere = (userId: string): boolean =>
    sql
      .exec("SELECT 1 FROM conns WHERE user_id = ? AND role <> 'observer' LIMIT 1", userId)
      .toArray().length > 0;
  const count = () => sql.exec<{ n: number }>("SELECT count(*) AS n FROM announced").one().n;

  return {
    isHere,
    add({ conn, place, userId, name, role }: Conn, at: number): void {
      const values = [conn, place, userId, name, role, at];
      sql.exec("INSERT OR REPLACE INTO conns VALUES (?, ?, ?, ?, ?, ?)", ...values);
    },
    /** Takes sockets out; gives those people of whom none is left. */
    take(conns: readonly string[]): Gone[] {
      const owners = sql
        .exec<Gone>(
          `DELETE FROM conns WHERE conn IN (SELECT value FROM json_each(?))
             RETURNING user_id AS userId, role`,
          JSON.stringify(conns),
        )
        .toArray();
      const persons = new Map(owners.map((one) => [one.userId, one]));
      return [...persons.values()].filter(({ userId }) => !isHere(userId));
    },
    /** The sockets of one person, or all. */
    connsOf: (userId?: string): string[] =>
      sql
        .exec<{ conn: string }>(
          "SELECT conn FROM conns WHERE ?1 IS NULL OR user_id = ?1",
          userId ?? null,
        )
        .toArray()
        .map(({ conn }) => conn),
    /** The sockets of one place that came before an instant, for those that are yet to arrive. */
    connsAt: (place: number, before = Number.MAX_SAFE_INTEGER): string[] =>
      sql
        .exec<{ conn: string }>(
          "SELECT conn FROM conns WHERE place = ? AND joined_at < ?",
          place,
          before,
        )
        .toArray()
        .map(({ conn }) => conn),
    /** How many sockets each place has. */
    places: (): ReadonlyMap<number, number> =>
      new Map(
        sql
          .exec<{ place: number; n: number }>(
            "SELECT place, count(*) AS n FROM conns GROUP BY place",
          )
          .toArray()
          .map(({ place, n }) => [place, n]),
      ),
    /** Participants with a socket, told of or not. */
    present: (): number =>
      sql
        .exec<{ n: number }>(
          "SELECT count(DISTINCT user_id) AS n FROM conns WHERE role <> 'observer'",
        )
        .one().n,
    isEmpty: (): boolean => sql.exec("SELECT 1 FROM conns LIMIT 1").toArray().length === 0,
    learners: (): string[] =>
      people(
        "SELECT DISTINCT user_id AS userId, '' AS name, role FROM conns WHERE role = 'learner'",
      ).map(({ userId }) => userId),
    /** A participant by its id, as it is known to those connected or about to be. */
    find: (userId: string): Person | undefined =>
      people(
        "SELECT user_id AS userId, name, role FROM conns WHERE user_id = ? AND role <> 'observer' LIMIT 1",
        userId,
      )[0],
    /** What those connected have not been told yet; from now on they know. Who came and went in between is never mentioned. */
    announce(): PresenceData | undefined {
      const joined = people(JOINED);
      const left = people(LEFT);
      if (joined.length + left.length === 0) return undefined;
      sql.exec(
        `INSERT INTO announced (user_id, name, role)
           SELECT value ->> 'userId', value ->> 'name', coalesce(value ->> 'role', 'learner') FROM json_each(?)`,
        JSON.stringify(joined),
      );
      sql.exec(
        "DELETE FROM announced WHERE user_id IN (SELECT value ->> 'userId' FROM json_each(?))",
        JSON.stringify(left),
      );
      const changes = [
        ...joined.map((one) => ({ type: "join" as const, ...one })),
        ...left.map((one) => ({ type: "leave" as const, ...one })),
      ].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
      return { changes, count: count() };
    },
    /** A page of those told of, in the order of their ids; whoever asks is among them. */
    page(asking: Identity, after = ""): ParticipantsData {
      const known = people(
        "SELECT user_id AS userId, name, role FROM announced WHERE user_id > ? ORDER BY user_id LIMIT ?",
        after,
        PAGE_PEOPLE + 1,
      );
      const isKnown =
        asking.role === "observer" ||
        sql.exec("SELECT 1 FROM announced WHERE user_id = ?", asking.userId).toArray().length > 0;
      const rest =
        isKnown || asking.userId <= after
          ? known
          : [...known, person(asking)].toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
      const page = rest.slice(0, PAGE_PEOPLE);
      const next = rest.length > PAGE_PEOPLE ? (page.at(-1)?.userId ?? null) : null;
      return { count: count() + (isKnown ? 0 : 1), page, next };
    },
    forget(userId: string): void {
      sql.exec("UPDATE announced SET name = '' WHERE user_id = ?", userId);
      sql.exec("UPDATE conns SET name = '' WHERE user_id = ?", userId);
    },
  };
}
