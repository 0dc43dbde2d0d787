import { eq } from "drizzle-orm";
import { offerSeat } from "../cohorts/offer.ts";
import { lmsCohorts } from "../cohorts/schema.ts";
import {
  applied,
  type Claim,
  type Lowering,
  lower,
  offersOf,
  type Place,
  reserve,
  type Seat,
  type SeatState,
  seeded,
  type Waiter,
  withOffers,
} from "../cohorts/seats.ts";
import { isOpenCohort, waitersIn } from "../cohorts/statements.ts";
import { seatClaims } from "../enrollment/statements.ts";
import type { Registry } from "../kernel/context.ts";
import type { CohortNews, Database, Host, Ports, SeatRequest, Seats } from "../kernel/ports.ts";

/** Without objects nobody is connected to one. */
export const NOBODY_ONLINE: Pick<Ports["cohorts"], "online"> = {
  online: async () => ({ people: [], count: 0 }),
};

type Held = {
  leases: Map<string, Seat>;
  places: Map<string, Place>;
  lowerings: readonly Lowering[];
};

/** Seats for a host of one process: the database says who sits, the leases of batches under way are held here. */
export function seatsIn(database: () => Database, now: () => number) {
  const cohorts = new Map<string, Held>();
  const heldOf = (cohortId: string): Held => {
    const held = cohorts.get(cohortId) ?? { leases: new Map(), places: new Map(), lowerings: [] };
    cohorts.set(cohortId, held);
    for (const leases of [held.leases, held.places]) {
      for (const [learnerId, one] of leases) {
        if (one.leasedUntil <= now()) leases.delete(learnerId);
      }
    }
    held.lowerings = held.lowerings.filter((one) => one.until > now());
    return held;
  };
  const seats: Seats = {
    async reserve(request) {
      const truth = await askedOf(database(), request.cohortId, now());
      return decide(request, truth, heldOf(request.cohortId), now());
    },
  };
  /** Offers what is free to those who wait, one after another; nothing here says by itself that a hold is over. */
  const offering = (
    host: () => Host,
    registry: Registry,
    later: (inMs: number, work: () => Promise<void>) => void,
  ): Ports["cohorts"]["tell"] =>
    async function tell(news: CohortNews) {
      const { cohortId, orgId, learnerId } = news;
      const truth = await askedOf(database(), cohortId, now());
      const { courseId } = truth.cohort;
      if (!isOpenCohort(truth.cohort)) return;
      const held = heldOf(cohortId);
      const lease = held.leases.get(learnerId ?? "");
      if (lease) later(lease.leasedUntil - now() + 1, () => tell(news));
      const state = stateOf(truth, held);
      const change = withOffers(state, {}, now());
      for (const seat of change.put ?? []) held.leases.set(seat.learnerId, seat);
      for (const { learnerId } of offersOf(applied(state, change))) {
        const offer = { orgId, cohortId, courseId, learnerId };
        if ((await offerSeat(host(), registry, offer)) !== "enrolled") {
          held.leases.delete(learnerId);
        }
      }
    };
  return { ...seats, offering };
}

type Truth = Awaited<ReturnType<typeof askedOf>>;

async function askedOf({ db, batch }: Database, cohortId: string, askedAt: number) {
  const [cohorts, claims, waiters] = await batch([
    db
      .select({
        capacity: lmsCohorts.capacity,
        cohortVersion: lmsCohorts.version,
        courseId: lmsCohorts.courseId,
        status: lmsCohorts.status,
      })
      .from(lmsCohorts)
      .where(eq(lmsCohorts.id, cohortId)),
    seatClaims(db, cohortId, { askedAt }),
    waitersIn(db, cohortId),
  ]);
  // SAFETY: the rows of the statements just above.
  const [cohort] = cohorts as (typeof lmsCohorts.$inferSelect & { cohortVersion: number })[];
  if (!cohort) throw new Error(`There is no cohort ${cohortId}`);
  return { cohort, truth: { claims: claims as Claim[], waiters: waiters as Waiter[] } };
}

function stateOf({ cohort, truth }: Truth, held: Held): SeatState {
  const asked = seeded(cohort, truth);
  const joined = [...held.places.values()].filter((one) => !asked.waiting.has(one.learnerId));
  const known = applied(asked, { put: [...held.leases.values()], joined });
  return { ...known, lowerings: held.lowerings };
}

/** Synchronous, so that of two requests at once the second sees the first one's lease. */
function decide(request: SeatRequest, truth: Truth, held: Held, now: number) {
  const state = stateOf(truth, held);
  if ("lowers" in request) {
    const { answer, change } = lower(state, request, now);
    held.lowerings = change.lowerings ?? held.lowerings;
    return answer;
  }
  const { answer, change } = reserve(state, request, now);
  for (const seat of change.put ?? []) held.leases.set(seat.learnerId, seat);
  for (const place of change.joined ?? []) held.places.set(place.learnerId, place);
  return answer;
}
