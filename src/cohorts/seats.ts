import * as z from "zod";
import { breaks } from "../kernel/rule.ts";
import { SECOND } from "../kernel/time.ts";
import { cohortCapacityLimit } from "./rules.ts";

/** How long a seat, or a place in line, is held for a batch that has yet to commit. */
export const LEASE_MS = 60 * SECOND;

/** So many offers are made at a time; the seats of the others wait for them all the same. */
export const OFFERS_MAX = 25;

/** Stands for the enrollment of a seat that is offered and that no batch has asked for yet. */
const NOBODYS = "";

export const seatRequest = z.object({
  cohortId: z.string().min(1),
  learnerId: z.string().min(1),
  enrollmentId: z.string().min(1),
  capacity: z.int().min(1),
  cohortVersion: z.int().min(1),
  /** Takes a place in line where there is no seat. */
  wait: z.boolean().optional(),
});
export const capacityRequest = seatRequest.pick({
  cohortId: true,
  capacity: true,
  cohortVersion: true,
});

type SeatAsk = Pick<z.infer<typeof seatRequest>, "learnerId" | "enrollmentId" | "wait"> & Capacity;

/** A capacity and the version of the cohort that has it. */
export type Capacity = { capacity: number; cohortVersion: number };

/** Taken as long as it is here; `lookAt` is when D1 is asked whether it still is, null until told. */
export type Seat = {
  learnerId: string;
  enrollmentId: string;
  leasedUntil: number;
  lookAt: number | null;
};

/** In line, the lower the `place` the sooner; `lookAt` is null as soon as D1 is known to have it. */
export type Place = {
  learnerId: string;
  place: number;
  leasedUntil: number;
  lookAt: number | null;
};

/** A capacity that some batch may be about to commit. It counts until D1, read after `until`, knows. */
export type Lowering = Capacity & { until: number };

/** Whether seats are offered: not once the cohort is over, nor until `pausedUntil`. */
export type Offering = { closed: boolean; pausedUntil: number };

export type SeatState = Capacity & {
  lowerings: readonly Lowering[];
  seats: ReadonlyMap<string, Seat>;
  waiting: ReadonlyMap<string, Place>;
  offering: Offering;
};

/** What a decision changes, so that storage writes no more than that; what goes, goes before what comes. */
export type SeatChange = {
  capacity?: Capacity;
  lowerings?: readonly Lowering[];
  offering?: Offering;
  drop?: readonly string[];
  put?: readonly Seat[];
  left?: readonly string[];
  joined?: readonly Place[];
};

export type SeatAnswer =
  | { leasedUntil: number }
  | { full: true }
  | { leasedUntil: number; waiting: { place: number; position: number } };

/** A learner's claim to a seat in D1's primary: an enrollment, and when it ends by itself. */
export type Claim = { learnerId: string; enrollmentId: string; seatUntil: number | null };

/** A learner's place in line as D1's primary has it. */
export type Waiter = { learnerId: string; place: number };

/** What D1's primary said to a question put at `askedAt`. */
export type Truth = { askedAt: number; claims: readonly Claim[]; waiters: readonly Waiter[] };

/**
 * One seat a learner; asking again gives the same seat and runs its lease anew. Whoever waits comes first: a
 * seat is free only for whom nobody ahead in line is owed it.
 */
export function reserve(
  state: SeatState,
  { learnerId, enrollmentId, capacity, cohortVersion, wait }: SeatAsk,
  now: number,
): { answer: SeatAnswer; change: SeatChange } {
  const change = heard(state, { capacity, cohortVersion });
  const { seats } = state;
  const owed = aheadOf(state, learnerId);
  const cohort = { seatsTaken: seats.size + owed, capacity: capacityOf(applied(state, change)) };
  const leasedUntil = now + LEASE_MS;
  if (seats.has(learnerId) || !breaks(cohortCapacityLimit, { cohort })) {
    const seat = { learnerId, enrollmentId, leasedUntil, lookAt: leasedUntil };
    return { answer: { leasedUntil }, change: { ...change, put: [seat] } };
  }
  if (!wait) return { answer: { full: true }, change };
  const before = state.waiting.get(learnerId);
  const place = before?.place ?? lastPlace(state) + 1;
  const lookAt = before?.lookAt === null ? null : leasedUntil;
  const joined = [{ learnerId, place, leasedUntil, lookAt }];
  const answer = { leasedUntil, waiting: { place, position: owed + 1 } };
  return { answer, change: { ...change, joined } };
}

/** Those who wait for a seat before a learner; all of them, where it does not wait itself. */
function aheadOf({ waiting, seats }: SeatState, learnerId: string): number {
  const mine = waiting.get(learnerId)?.place ?? Number.POSITIVE_INFINITY;
  return [...waiting.values()].filter((one) => one.place < mine && !seats.has(one.learnerId))
    .length;
}

const lastPlace = ({ waiting }: SeatState): number =>
  Math.max(0, ...[...waiting.values()].map(({ place }) => place));

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

/** A cohort that is over stays so: nobody is offered a seat in it, and nobody waits for one. */
export const closed = (state: SeatState): SeatChange =>
  state.offering.closed
    ? {}
    : { offering: { ...state.offering, closed: true }, left: [...state.waiting.keys()] };

/** Nothing is offered for a while, for nobody can enroll; what is offered already is taken back. */
export const paused = (state: SeatState, until: number): SeatChange => ({
  offering: { ...state.offering, pausedUntil: until },
  drop: offersOf(state).map(({ learnerId }) => learnerId),
});

/** D1's cohort, read at `askedAt`: what was held back for batches over by then lapses. */
export function lapsed(state: SeatState, cohort: Capacity, askedAt: number): SeatChange {
  const change = heard(state, cohort);
  const before = change.lowerings ?? state.lowerings;
  const lowerings = before.filter((one) => one.until > askedAt);
  return lowerings.length === before.length ? change : { ...change, lowerings };
}

/**
 * Frees the seats and places among `learnerIds` that D1 gives nobody and no lease held when it was asked. A
 * lease taken or renewed since the question may have been committed since the answer.
 */
export function looked(
  state: SeatState,
  learnerIds: readonly string[],
  { askedAt, claims, waiters }: Truth,
): SeatChange {
  const claimed = new Map(claims.map((one) => [one.learnerId, one]));
  const inLine = new Set(waiters.map((one) => one.learnerId));
  const put: Seat[] = [];
  const drop: string[] = [];
  const joined: Place[] = [];
  const left: string[] = [];
  for (const learnerId of learnerIds) {
    const seat = state.seats.get(learnerId);
    const place = state.waiting.get(learnerId);
    const claim = claimed.get(learnerId);
    const isGone = place && !inLine.has(learnerId) && place.leasedUntil <= askedAt;
    if (seat && isGone && isOffered(state, learnerId)) drop.push(learnerId);
    else if (seat && seat.leasedUntil > askedAt) put.push({ ...seat, lookAt: seat.leasedUntil });
    else if (seat && claim) put.push({ ...seat, lookAt: claim.seatUntil });
    else if (seat) drop.push(learnerId);
    if (isGone) left.push(learnerId);
    else if (place) {
      joined.push({ ...place, lookAt: inLine.has(learnerId) ? null : place.leasedUntil });
    }
  }
  return { put, drop, joined, left };
}

/** The seats and the line of an object that knows nothing: those that D1 gives. */
export const seeded = (
  cohort: Capacity,
  { claims, waiters }: Omit<Truth, "askedAt">,
): SeatState => ({
  capacity: cohort.capacity,
  cohortVersion: cohort.cohortVersion,
  lowerings: [],
  seats: new Map(
    claims.map(({ learnerId, enrollmentId, seatUntil }) => [
      learnerId,
      { learnerId, enrollmentId, leasedUntil: 0, lookAt: seatUntil },
    ]),
  ),
  waiting: new Map(
    waiters.map(({ learnerId, place }) => [
      learnerId,
      { learnerId, place, leasedUntil: 0, lookAt: null },
    ]),
  ),
  offering: { closed: false, pausedUntil: 0 },
});

export function applied(state: SeatState, change: SeatChange): SeatState {
  const seats = new Map(state.seats);
  for (const learnerId of change.drop ?? []) seats.delete(learnerId);
  for (const seat of change.put ?? []) seats.set(seat.learnerId, seat);
  const waiting = new Map(state.waiting);
  for (const learnerId of change.left ?? []) waiting.delete(learnerId);
  for (const place of change.joined ?? []) waiting.set(place.learnerId, place);
  return {
    ...state,
    ...change.capacity,
    lowerings: change.lowerings ?? state.lowerings,
    offering: change.offering ?? state.offering,
    seats,
    waiting,
  };
}

/** A change together with the offers that it allows: whatever it frees is the next one's in the same step. */
export function withOffers(state: SeatState, change: SeatChange, now: number): SeatChange {
  const next = applied(state, change);
  const offered = offersDue(next, now);
  return offered.length === 0 ? change : { ...change, put: [...(change.put ?? []), ...offered] };
}

function offersDue(state: SeatState, now: number): Seat[] {
  const { closed, pausedUntil } = state.offering;
  const room = Math.min(capacityOf(state) - state.seats.size, OFFERS_MAX - offersOf(state).length);
  if (closed || pausedUntil > now || room <= 0) return [];
  const leasedUntil = now + LEASE_MS;
  return inOrder(state)
    .filter(({ learnerId }) => !state.seats.has(learnerId))
    .slice(0, room)
    .map(({ learnerId }) => ({
      learnerId,
      enrollmentId: NOBODYS,
      leasedUntil,
      lookAt: leasedUntil,
    }));
}

const inOrder = ({ waiting }: SeatState): Place[] =>
  [...waiting.values()].toSorted((one, other) => one.place - other.place);

const isOffered = (state: SeatState, learnerId: string): boolean =>
  state.seats.get(learnerId)?.enrollmentId === NOBODYS;

/** Offers that are to be made now, in order: to those whose place D1 is known to have. */
export const offersOf = (state: SeatState): Place[] =>
  inOrder(state).filter(({ learnerId, lookAt }) => lookAt === null && isOffered(state, learnerId));

/** Whoever cannot take the seat is passed over: it is the next one's, unless some batch has asked for it. */
export const passedOver = (state: SeatState, learnerId: string): SeatChange => ({
  left: [learnerId],
  ...(isOffered(state, learnerId) ? { drop: [learnerId] } : {}),
});

/** Seats that may be taken now: the cohort's, less what is held back. */
export const capacityOf = ({ capacity, lowerings }: SeatState): number =>
  Math.min(capacity, ...lowerings.map((one) => one.capacity));

export const dueLooks = ({ seats, waiting }: SeatState, now: number): string[] => [
  ...new Set(
    [...seats.values(), ...waiting.values()]
      .filter(({ lookAt }) => lookAt !== null && lookAt <= now)
      .map(({ learnerId }) => learnerId),
  ),
];

export const nextLook = ({ seats, waiting }: SeatState): number | null =>
  soonest(
    [...seats.values(), ...waiting.values()].flatMap(({ lookAt }) =>
      lookAt === null ? [] : [lookAt],
    ),
  );

export const nextLapse = ({ lowerings }: SeatState): number | null =>
  soonest(lowerings.map(({ until }) => until));

/** When offers are to be made: since the first of them is due, or as soon as the pause is over. */
export function nextOffer(state: SeatState): number | null {
  const since = offersOf(state).flatMap(({ learnerId }) => state.seats.get(learnerId) ?? []);
  const due = soonest(since.map(({ leasedUntil }) => leasedUntil - LEASE_MS));
  if (due !== null || state.waiting.size === 0 || state.offering.closed) return due;
  const { pausedUntil } = state.offering;
  const isOwed = [...state.waiting.keys()].some((learnerId) => !state.seats.has(learnerId));
  return pausedUntil > 0 && isOwed && capacityOf(state) > state.seats.size ? pausedUntil : null;
}

const soonest = (moments: readonly number[]): number | null =>
  moments.reduce<number | null>((least, at) => (least === null || at < least ? at : least), null);
