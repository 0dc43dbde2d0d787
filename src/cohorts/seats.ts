import * as z from "zod";
import { breaks } from "../kernel/rule.ts";
import { SECOND } from "../kernel/time.ts";
import { cohortCapacityLimit } from "./rules.ts";

/** How long a seat is held for a batch that has yet to commit. */
export const LEASE_MS = 60 * SECOND;

export const seatRequest = z.object({
  cohortId: z.string().min(1),
  learnerId: z.string().min(1),
  enrollmentId: z.string().min(1),
  capacity: z.int().min(1),
  cohortVersion: z.int().min(1),
});
export const capacityRequest = seatRequest.pick({
  cohortId: true,
  capacity: true,
  cohortVersion: true,
});
export const cohortNews = z.object({
  cohortId: z.string().min(1),
  orgId: z.string().min(1),
  capacity: z.int().min(1),
  version: z.int().min(1),
  learnerId: z.string().min(1).optional(),
});

type SeatAsk = Pick<z.infer<typeof seatRequest>, "learnerId" | "enrollmentId"> & Capacity;

/** A capacity and the version of the cohort that has it. */
export type Capacity = { capacity: number; cohortVersion: number };

/** Taken as long as it is here; `lookAt` is when D1 is asked whether it still is, null until told. */
export type Seat = {
  learnerId: string;
  enrollmentId: string;
  leasedUntil: number;
  lookAt: number | null;
};

/** A capacity that some batch may be about to commit. It counts until D1, read after `until`, knows. */
export type Lowering = Capacity & { until: number };

export type SeatState = Capacity & {
  lowerings: readonly Lowering[];
  seats: ReadonlyMap<string, Seat>;
};

/** What a decision changes, so that storage writes no more than that. */
export type SeatChange = {
  capacity?: Capacity;
  lowerings?: readonly Lowering[];
  put?: readonly Seat[];
  drop?: readonly string[];
};

export type SeatAnswer = { leasedUntil: number } | { full: true };

/** A learner's claim to a seat in D1's primary: an enrollment, and when it ends by itself. */
export type Claim = { learnerId: string; enrollmentId: string; seatUntil: number | null };

/** What D1's primary said to a question put at `askedAt`. */
export type Truth = { askedAt: number; claims: readonly Claim[] };

/** One seat a learner; asking again gives the same seat and runs its lease anew. */
export function reserve(
  state: SeatState,
  { learnerId, enrollmentId, capacity, cohortVersion }: SeatAsk,
  now: number,
): { answer: SeatAnswer; change: SeatChange } {
  const change = heard(state, { capacity, cohortVersion });
  const { seats } = state;
  const cohort = { seatsTaken: seats.size, capacity: capacityOf({ ...state, ...kept(change) }) };
  if (!seats.has(learnerId) && breaks(cohortCapacityLimit, { cohort })) {
    return { answer: { full: true }, change };
  }
  const leasedUntil = now + LEASE_MS;
  const seat = { learnerId, enrollmentId, leasedUntil, lookAt: leasedUntil };
  return { answer: { leasedUntil }, change: { ...change, put: [seat] } };
}

/** Holds back what a batch about to commit takes away; refused below the seats taken. */
export function lower(
  state: SeatState,
  { capacity, cohortVersion }: Capacity,
  now: number,
): { answer: SeatAnswer; change: SeatChange } {
  if (state.seats.size > capacity) return { answer: { full: true }, change: {} };
  const until = now + LEASE_MS;
  const lostAlready = cohortVersion <= state.cohortVersion;
  if (lostAlready) return { answer: { leasedUntil: until }, change: {} };
  const lowerings = [...state.lowerings, { capacity, cohortVersion, until }];
  return { answer: { leasedUntil: until }, change: { lowerings } };
}

/** The highest version's capacity counts; late and doubled news change nothing. */
export function heard(state: SeatState, { capacity, cohortVersion }: Capacity): SeatChange {
  if (cohortVersion <= state.cohortVersion) return {};
  const lowerings = state.lowerings.filter((one) => one.cohortVersion > cohortVersion);
  return {
    capacity: { capacity, cohortVersion },
    ...(lowerings.length === state.lowerings.length ? {} : { lowerings }),
  };
}

/** D1's cohort, read at `askedAt`: what was held back for batches over by then lapses. */
export function lapsed(state: SeatState, cohort: Capacity, askedAt: number): SeatChange {
  const change = heard(state, cohort);
  const before = change.lowerings ?? state.lowerings;
  const lowerings = before.filter((one) => one.until > askedAt);
  return lowerings.length === before.length ? change : { ...change, lowerings };
}

/**
 * Frees the seats among `learnerIds` that D1 gives nobody and no lease held when it was asked. A lease
 * taken or renewed since the question may have been committed since the answer.
 */
export function looked(
  state: SeatState,
  learnerIds: readonly string[],
  { askedAt, claims }: Truth,
): SeatChange {
  const claimed = new Map(claims.map((one) => [one.learnerId, one]));
  const put: Seat[] = [];
  const drop: string[] = [];
  for (const learnerId of learnerIds) {
    const seat = state.seats.get(learnerId);
    if (!seat) continue;
    const claim = claimed.get(learnerId);
    if (seat.leasedUntil > askedAt) put.push({ ...seat, lookAt: seat.leasedUntil });
    else if (claim) put.push({ ...seat, lookAt: claim.seatUntil });
    else drop.push(learnerId);
  }
  return { put, drop };
}

/** The seats of an object that knows nothing: those that D1 gives. */
export const seeded = (cohort: Capacity, { claims }: Truth): SeatState => ({
  ...cohort,
  lowerings: [],
  seats: new Map(
    claims.map(({ learnerId, enrollmentId, seatUntil }) => [
      learnerId,
      { learnerId, enrollmentId, leasedUntil: 0, lookAt: seatUntil },
    ]),
  ),
});

export function applied(state: SeatState, change: SeatChange): SeatState {
  const seats = new Map(state.seats);
  for (const seat of change.put ?? []) seats.set(seat.learnerId, seat);
  for (const learnerId of change.drop ?? []) seats.delete(learnerId);
  return { ...state, ...kept(change), seats };
}

const kept = ({ capacity, lowerings }: SeatChange) => ({
  ...capacity,
  ...(lowerings ? { lowerings } : {}),
});

/** Seats that may be taken now: the cohort's, less what is held back. */
export const capacityOf = ({ capacity, lowerings }: SeatState): number =>
  Math.min(capacity, ...lowerings.map((one) => one.capacity));

export const dueLooks = ({ seats }: SeatState, now: number): string[] =>
  [...seats.values()]
    .filter(({ lookAt }) => lookAt !== null && lookAt <= now)
    .map(({ learnerId }) => learnerId);

export const nextLook = ({ seats }: SeatState): number | null =>
  soonest([...seats.values()].flatMap(({ lookAt }) => (lookAt === null ? [] : [lookAt])));

export const nextLapse = ({ lowerings }: SeatState): number | null =>
  soonest(lowerings.map(({ until }) => until));

const soonest = (moments: readonly number[]): number | null =>
  moments.reduce<number | null>((least, at) => (least === null || at < least ? at : least), null);
