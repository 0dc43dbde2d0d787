import { eq } from "drizzle-orm";
import { lmsCohorts } from "../cohorts/schema.ts";
import {
  applied,
  type Claim,
  type Lowering,
  lower,
  reserve,
  type Seat,
  seeded,
} from "../cohorts/seats.ts";
import { seatClaims } from "../enrollment/statements.ts";
import type { Database, SeatRequest, Seats } from "../kernel/ports.ts";

type Held = { leases: Map<string, Seat>; lowerings: readonly Lowering[] };

/** Seats for a host of one process: the database says who sits, the leases of batches under way are held here. */
export function seatsIn(database: () => Database, now: () => number): Seats {
  const cohorts = new Map<string, Held>();
  const heldOf = (cohortId: string): Held => {
    const held = cohorts.get(cohortId) ?? { leases: new Map(), lowerings: [] };
    cohorts.set(cohortId, held);
    return held;
  };
  return {
    async reserve(request) {
      const truth = await askedOf(database(), request.cohortId, now());
      const held = heldOf(request.cohortId);
      const at = now();
      for (const [learnerId, one] of held.leases) {
        if (one.leasedUntil <= at) held.leases.delete(learnerId);
      }
      held.lowerings = held.lowerings.filter((one) => one.until > at);
      return decide(request, truth, held, at);
    },
  };
}

type Truth = Awaited<ReturnType<typeof askedOf>>;

async function askedOf({ db, batch }: Database, cohortId: string, askedAt: number) {
  const [cohorts, claims] = await batch([
    db
      .select({ capacity: lmsCohorts.capacity, cohortVersion: lmsCohorts.version })
      .from(lmsCohorts)
      .where(eq(lmsCohorts.id, cohortId)),
    seatClaims(db, cohortId, { askedAt }),
  ]);
  // SAFETY: the rows of the two statements just above.
  const [cohort] = cohorts as { capacity: number; cohortVersion: number }[];
  if (!cohort) throw new Error(`There is no cohort ${cohortId}`);
  return { cohort, truth: { askedAt, claims: claims as Claim[] } };
}

/** Synchronous, so that of two requests at once the second sees the first one's lease. */
function decide(request: SeatRequest, { cohort, truth }: Truth, held: Held, now: number) {
  const known = applied(seeded(cohort, truth), { put: [...held.leases.values()] });
  const state = { ...known, lowerings: held.lowerings };
  if ("lowers" in request) {
    const { answer, change } = lower(state, request, now);
    held.lowerings = change.lowerings ?? held.lowerings;
    return answer;
  }
  const { answer, change } = reserve(state, request, now);
  for (const seat of change.put ?? []) held.leases.set(seat.learnerId, seat);
  return answer;
}
