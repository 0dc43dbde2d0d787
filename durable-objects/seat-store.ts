import {
  applied,
  type Lowering,
  type Offering,
  type Place,
  type Seat,
  type SeatChange,
  type SeatState,
} from "../src/cohorts/seats.ts";
import type { Calendar } from "../src/cohorts/turning.ts";

export const SEAT_TABLES = `
CREATE TABLE cohort (
  one INTEGER PRIMARY KEY CHECK (one = 1), cohort_id TEXT NOT NULL, org_id TEXT NOT NULL,
  capacity INTEGER NOT NULL, cohort_version INTEGER NOT NULL
) STRICT;
CREATE TABLE seats (
  learner_id TEXT PRIMARY KEY, enrollment_id TEXT NOT NULL,
  leased_until INTEGER NOT NULL, look_at INTEGER
) STRICT;
CREATE TABLE lowerings (
  capacity INTEGER NOT NULL, cohort_version INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT;`;

export const WAITING_TABLES = `
ALTER TABLE cohort ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cohort ADD COLUMN paused_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cohort ADD COLUMN turn_at INTEGER;
ALTER TABLE cohort ADD COLUMN turn_version INTEGER NOT NULL DEFAULT 0;
CREATE TABLE waiting (
  learner_id TEXT PRIMARY KEY, place INTEGER NOT NULL,
  leased_until INTEGER NOT NULL, look_at INTEGER
) STRICT;`;

type Named = { cohortId: string; orgId: string };
type Known = Named & { state: SeatState; calendar: Calendar };
type CohortRow = Named & {
  capacity: number;
  cohortVersion: number;
  closed: number;
  pausedUntil: number;
  turnAt: number | null;
  turnVersion: number;
};

const COHORT = `SELECT cohort_id AS cohortId, org_id AS orgId, capacity, cohort_version AS cohortVersion,
  closed, paused_until AS pausedUntil, turn_at AS turnAt, turn_version AS turnVersion FROM cohort`;
const SEATS = `SELECT learner_id AS learnerId, enrollment_id AS enrollmentId,
  leased_until AS leasedUntil, look_at AS lookAt FROM seats`;
const WAITING = `SELECT learner_id AS learnerId, place, leased_until AS leasedUntil, look_at AS lookAt
  FROM waiting`;
const LOWERINGS = "SELECT capacity, cohort_version AS cohortVersion, until FROM lowerings";

/** An object's seats and its waiting list: kept in its SQLite, held in memory while it is awake. */
export function seatStore({ sql }: DurableObjectStorage) {
  let held: Known | undefined;

  function load(): typeof held {
    const [cohort] = sql.exec<CohortRow>(COHORT).toArray();
    if (!cohort) return undefined;
    const { cohortId, orgId, capacity, cohortVersion, turnAt, turnVersion } = cohort;
    const seats = sql.exec<Seat>(SEATS).toArray();
    const waiting = sql.exec<Place>(WAITING).toArray();
    const state = {
      capacity,
      cohortVersion,
      lowerings: sql.exec<Lowering>(LOWERINGS).toArray(),
      seats: new Map(seats.map((seat) => [seat.learnerId, seat])),
      waiting: new Map(waiting.map((place) => [place.learnerId, place])),
      offering: { closed: cohort.closed === 1, pausedUntil: cohort.pausedUntil },
    };
    return { cohortId, orgId, state, calendar: { turnAt, version: turnVersion } };
  }

  const removed = (table: "seats" | "waiting", learnerIds: readonly string[] = []) => {
    for (const learnerId of learnerIds) {
      sql.exec(`DELETE FROM ${table} WHERE learner_id = ?`, learnerId);
    }
  };

  const offeringIs = ({ closed, pausedUntil }: Offering) =>
    sql.exec("UPDATE cohort SET closed = ?, paused_until = ?", closed ? 1 : 0, pausedUntil);

  function write(change: SeatChange): void {
    if (change.capacity) {
      const { capacity, cohortVersion } = change.capacity;
      sql.exec("UPDATE cohort SET capacity = ?, cohort_version = ?", capacity, cohortVersion);
    }
    if (change.lowerings) {
      sql.exec("DELETE FROM lowerings");
      for (const { capacity, cohortVersion, until } of change.lowerings) {
        sql.exec("INSERT INTO lowerings VALUES (?, ?, ?)", capacity, cohortVersion, until);
      }
    }
    if (change.offering) offeringIs(change.offering);
    removed("seats", change.drop);
    for (const { learnerId, enrollmentId, leasedUntil, lookAt } of change.put ?? []) {
      const row = [learnerId, enrollmentId, leasedUntil, lookAt];
      sql.exec("INSERT OR REPLACE INTO seats VALUES (?, ?, ?, ?)", ...row);
    }
    removed("waiting", change.left);
    for (const { learnerId, place, leasedUntil, lookAt } of change.joined ?? []) {
      const row = [learnerId, place, leasedUntil, lookAt];
      sql.exec("INSERT OR REPLACE INTO waiting VALUES (?, ?, ?, ?)", ...row);
    }
  }

  const known = (): typeof held => (held ??= load());

  function sure(): Known {
    const before = known();
    if (!before) throw new Error("No seats are known yet");
    return before;
  }

  return {
    known,
    /** The first state of an object that knew nothing. */
    found({ cohortId, orgId }: Named, state: SeatState): void {
      const { capacity, cohortVersion } = state;
      sql.exec(
        "INSERT INTO cohort (one, cohort_id, org_id, capacity, cohort_version) VALUES (1, ?, ?, ?, ?)",
        cohortId,
        orgId,
        capacity,
        cohortVersion,
      );
      write({ put: [...state.seats.values()], joined: [...state.waiting.values()] });
      held = { cohortId, orgId, state, calendar: { turnAt: null, version: 0 } };
    },
    change(change: SeatChange): SeatState {
      const before = sure();
      write(change);
      held = { ...before, state: applied(before.state, change) };
      return held.state;
    },
    setCalendar(calendar: Calendar): void {
      const { turnAt, version } = calendar;
      held = { ...sure(), calendar };
      sql.exec("UPDATE cohort SET turn_at = ?, turn_version = ?", turnAt, version);
    },
  };
}
