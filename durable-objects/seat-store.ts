import {
  applied,
  type Lowering,
  type Seat,
  type SeatChange,
  type SeatState,
} from "../src/cohorts/seats.ts";

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

type Named = { cohortId: string; orgId: string };
type CohortRow = Named & { capacity: number; cohortVersion: number };

/** An object's seats: kept in its SQLite, held in memory while it is awake. */
export function seatStore({ sql }: DurableObjectStorage) {
  let held: (Named & { state: SeatState }) | undefined;

  function load(): typeof held {
    const [cohort] = sql
      .exec<CohortRow>(
        `SELECT cohort_id AS cohortId, org_id AS orgId, capacity, cohort_version AS cohortVersion FROM cohort`,
      )
      .toArray();
    if (!cohort) return undefined;
    const seats = sql.exec<Seat>(
      `SELECT learner_id AS learnerId, enrollment_id AS enrollmentId,
         leased_until AS leasedUntil, look_at AS lookAt FROM seats`,
    );
    const lowerings = sql.exec<Lowering>(
      `SELECT capacity, cohort_version AS cohortVersion, until FROM lowerings`,
    );
    const { cohortId, orgId, capacity, cohortVersion } = cohort;
    const state = {
      capacity,
      cohortVersion,
      lowerings: lowerings.toArray(),
      seats: new Map([...seats].map((seat) => [seat.learnerId, seat])),
    };
    return { cohortId, orgId, state };
  }

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
    for (const { learnerId, enrollmentId, leasedUntil, lookAt } of change.put ?? []) {
      sql.exec(
        "INSERT OR REPLACE INTO seats VALUES (?, ?, ?, ?)",
        learnerId,
        enrollmentId,
        leasedUntil,
        lookAt,
      );
    }
    for (const learnerId of change.drop ?? []) {
      sql.exec("DELETE FROM seats WHERE learner_id = ?", learnerId);
    }
  }

  return {
    known: () => (held ??= load()),
    /** The first state of an object that knew nothing. */
    found({ cohortId, orgId }: Named, state: SeatState): void {
      const { capacity, cohortVersion } = state;
      sql.exec(
        "INSERT INTO cohort VALUES (1, ?, ?, ?, ?)",
        cohortId,
        orgId,
        capacity,
        cohortVersion,
      );
      write({ put: [...state.seats.values()] });
      held = { cohortId, orgId, state };
    },
    change(change: SeatChange): SeatState {
      held ??= load();
      const before = held;
      if (!before) throw new Error("No seats are known yet");
      write(change);
      held = { ...before, state: applied(before.state, change) };
      return held.state;
    },
  };
}
