import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applied,
  type Claim,
  capacityOf,
  closed,
  dueLooks,
  heard,
  LEASE_MS,
  lapsed,
  looked,
  lower,
  offersOf,
  passedOver,
  reserve,
  type SeatChange,
  type SeatState,
  seeded,
  type Truth,
  type Waiter,
  withOffers,
} from "../../src/cohorts/seats.ts";

const COMMIT_MARGIN_MS = 15_000;
const HOLD_MS = 120_000;
const LEARNERS = ["ada", "bo", "cy", "di", "ed", "flo"];

type Batch = { learnerId: string; leasedUntil: number; seatUntil: number | null };

/** D1 as the object knows it only by asking: the cohort, who is enrolled in it and who waits for it. */
type World = {
  now: number;
  d1: {
    capacity: number;
    version: number;
    claims: Map<string, Claim>;
    waiters: Map<string, Waiter>;
  };
  object: SeatState;
  /** Batches under way: decided on what D1 said then, holding a lease. */
  batches: Batch[];
  joining: { learnerId: string; place: number; leasedUntil: number }[];
  lowerings: { capacity: number; version: number; leasedUntil: number }[];
  /** Questions put to D1 whose answers have yet to arrive. */
  questions: {
    learnerIds: string[];
    truth: Truth;
    cohort: { capacity: number; version: number };
  }[];
  /** Decisions that read D1 a while ago. */
  reads: { learnerId: string; capacity: number; version: number }[];
};

const claimsNow = ({ d1, now }: World): Claim[] =>
  [...d1.claims.values()].filter(({ seatUntil }) => seatUntil === null || seatUntil > now);

const often = <T>(arbitrary: fc.Arbitrary<T>) => ({ weight: 4, arbitrary });
const who = fc.constantFrom(...LEARNERS);
const move = fc.oneof(
  often(fc.record({ do: fc.constant("read" as const), who })),
  often(
    fc.record({ do: fc.constant("reserve" as const), pays: fc.boolean(), waits: fc.boolean() }),
  ),
  often(fc.record({ do: fc.constant("commit" as const), lost: fc.boolean() })),
  often(fc.record({ do: fc.constant("join" as const), lost: fc.boolean() })),
  often(fc.record({ do: fc.constant("offer" as const), pays: fc.boolean(), dies: fc.boolean() })),
  fc.record({ do: fc.constant("cancel" as const), who }),
  fc.record({ do: fc.constant("leave" as const), who }),
  fc.record({ do: fc.constant("tell" as const), who }),
  fc.record({ do: fc.constant("alarm" as const) }),
  fc.record({ do: fc.constant("answer" as const), first: fc.boolean() }),
  fc.record({ do: fc.constant("lower" as const), by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("commitLowering" as const), lost: fc.boolean() }),
  fc.record({ do: fc.constant("raise" as const), by: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ do: fc.constant("news" as const) }),
  fc.record({ do: fc.constant("lapse" as const) }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** What the object does with any change: whatever it frees is the next one's in the same step. */
function change(world: World, by: SeatChange): void {
  world.object = applied(world.object, withOffers(world.object, by, world.now));
}

function ask(world: World, learnerIds: string[]): void {
  const named = (one: { learnerId: string }) => learnerIds.includes(one.learnerId);
  const claims = claimsNow(world).filter(named);
  const waiters = [...world.d1.waiters.values()].filter(named);
  const { capacity, version } = world.d1;
  world.questions.push({
    learnerIds,
    truth: { askedAt: world.now, claims, waiters },
    cohort: { capacity, version },
  });
}

function asking({ d1 }: World, learnerId: string) {
  const { capacity, version } = d1;
  return { learnerId, enrollmentId: learnerId, capacity, cohortVersion: version };
}

/** The first of those to be offered a seat is enrolled by a command of its own, which asks for its seat anew. */
function offer(world: World, { pays, dies }: { pays: boolean; dies: boolean }): void {
  const [next] = offersOf(world.object);
  if (!next) return;
  const { learnerId } = next;
  const { d1, now } = world;
  const enrolls =
    d1.waiters.has(learnerId) && !claimsNow(world).some((one) => one.learnerId === learnerId);
  if (enrolls) {
    const { answer, change: by } = reserve(world.object, asking(world, learnerId), now);
    expect(answer).toHaveProperty("leasedUntil");
    change(world, by);
    const seatUntil = pays ? now + HOLD_MS : null;
    d1.claims.set(learnerId, { learnerId, enrollmentId: learnerId, seatUntil });
  }
  d1.waiters.delete(learnerId);
  if (!dies) change(world, passedOver(world.object, learnerId));
}

function step(world: World, one: Move): void {
  const { d1, now } = world;
  switch (one.do) {
    case "read":
      world.reads.push({ learnerId: one.who, capacity: d1.capacity, version: d1.version });
      return;
    case "reserve": {
      const read = world.reads.shift();
      if (!read) return;
      const { learnerId, capacity, version } = read;
      const asked = { learnerId, enrollmentId: learnerId, capacity, cohortVersion: version };
      const request = one.waits ? { ...asked, wait: true } : asked;
      const { answer, change: by } = reserve(world.object, request, now);
      change(world, by);
      if ("waiting" in answer) {
        const { place } = answer.waiting;
        world.joining.push({ learnerId, place, leasedUntil: answer.leasedUntil });
      } else if ("leasedUntil" in answer) {
        const seatUntil = one.pays ? now + HOLD_MS : null;
        world.batches.push({ learnerId, leasedUntil: answer.leasedUntil, seatUntil });
      }
      return;
    }
    case "commit": {
      const batch = world.batches.shift();
      if (!batch || one.lost || now + COMMIT_MARGIN_MS > batch.leasedUntil) return;
      const { learnerId, seatUntil } = batch;
      d1.claims.set(learnerId, { learnerId, enrollmentId: learnerId, seatUntil });
      d1.waiters.delete(learnerId);
      return;
    }
    case "join": {
      const batch = world.joining.shift();
      if (!batch || one.lost || now + COMMIT_MARGIN_MS > batch.leasedUntil) return;
      const { learnerId, place } = batch;
      if (d1.claims.has(learnerId)) return;
      d1.waiters.set(learnerId, { learnerId, place });
      return;
    }
    case "offer":
      offer(world, one);
      return;
    case "cancel":
      d1.claims.delete(one.who);
      return;
    case "leave":
      d1.waiters.delete(one.who);
      return;
    case "tell":
      ask(world, [one.who]);
      return;
    case "alarm":
      ask(world, dueLooks(world.object, now));
      return;
    case "answer": {
      const question = one.first ? world.questions.shift() : world.questions.pop();
      if (question) change(world, looked(world.object, question.learnerIds, question.truth));
      return;
    }
    case "lower": {
      const wanted = { capacity: d1.capacity - one.by, cohortVersion: d1.version + 1 };
      if (wanted.capacity < 1) return;
      const { answer, change: by } = lower(world.object, wanted, now);
      change(world, by);
      if ("leasedUntil" in answer) {
        const { capacity, cohortVersion: version } = wanted;
        world.lowerings.push({ capacity, version, leasedUntil: answer.leasedUntil });
      }
      return;
    }
    case "commitLowering": {
      const batch = world.lowerings.shift();
      if (!batch || one.lost || now + COMMIT_MARGIN_MS > batch.leasedUntil) return;
      if (batch.version !== d1.version + 1) return;
      d1.capacity = batch.capacity;
      d1.version = batch.version;
      return;
    }
    case "raise":
      d1.capacity += one.by;
      d1.version += 1;
      return;
    case "news":
      change(world, heard(world.object, asking(world, "")));
      return;
    case "lapse":
      change(world, lapsed(world.object, asking(world, ""), now));
      return;
    case "wait":
      world.now += one.ms;
      return;
  }
}

const fresh = (capacity: number): World => ({
  now: 1_000_000,
  d1: { capacity, version: 1, claims: new Map(), waiters: new Map() },
  object: seeded({ capacity, cohortVersion: 1 }, { claims: [], waiters: [] }),
  batches: [],
  joining: [],
  lowerings: [],
  questions: [],
  reads: [],
});

const isOwed = ({ waiting, seats }: SeatState): boolean =>
  [...waiting.keys()].some((learnerId) => !seats.has(learnerId));

test("whatever is reserved, offered, committed, told, lowered, lost or late: D1 never holds more than its seats", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(move, { maxLength: 150, size: "max" }),
      (capacity, moves) => {
        const world = fresh(capacity);
        for (const one of moves) {
          step(world, one);
          expect(claimsNow(world).length).toBeLessThanOrEqual(world.d1.capacity);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("no seat is free while somebody waits for one: it is offered in the step that frees it", () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 150, size: "max" }), (moves) => {
      const world = fresh(2);
      for (const one of moves) {
        step(world, one);
        const { object } = world;
        if (isOwed(object)) expect(object.seats.size).toBeGreaterThanOrEqual(capacityOf(object));
      }
    }),
    { numRuns: 2_000 },
  );
});

test("whoever waits longer is offered a seat sooner, and nobody who does not wait comes between", () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 150, size: "max" }), (moves) => {
      const world = fresh(2);
      for (const one of moves) {
        const before = world.object;
        step(world, one);
        const { seats, waiting } = world.object;
        const seated = [...seats.keys()].filter((learnerId) => !before.seats.has(learnerId));
        const left = [...waiting.values()].filter(({ learnerId }) => !seats.has(learnerId));
        const first = Math.min(...left.map(({ place }) => place));
        for (const learnerId of seated) {
          const place = waiting.get(learnerId)?.place ?? Number.POSITIVE_INFINITY;
          expect(left.length === 0 || place < first).toBe(true);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test("asked again a learner has the very place that it had, however often", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(who, fc.nat(50_000)), { maxLength: 40 }), (asks) => {
      const world = fresh(1);
      change(world, reserve(world.object, asking(world, "first"), world.now).change);
      const places = new Map<string, number>();
      for (const [learnerId, ms] of asks) {
        world.now += ms;
        const request = { ...asking(world, learnerId), wait: true };
        const { answer, change: by } = reserve(world.object, request, world.now);
        change(world, by);
        if (!("waiting" in answer)) throw new Error("A seat that nobody had freed");
        expect(answer.waiting.place).toBe(places.get(learnerId) ?? answer.waiting.place);
        places.set(learnerId, answer.waiting.place);
        const order = [...places].toSorted((one, other) => one[1] - other[1]);
        expect(order.findIndex(([id]) => id === learnerId) + 1).toBe(answer.waiting.position);
      }
    }),
    { numRuns: 500 },
  );
});

test("a cohort that is over offers nothing and forgets who waited", () => {
  const world = fresh(1);
  change(world, reserve(world.object, asking(world, "ada"), world.now).change);
  change(world, reserve(world.object, { ...asking(world, "bo"), wait: true }, world.now).change);
  change(world, closed(world.object));
  expect(world.object.waiting.size).toBe(0);
  expect(closed(world.object)).toEqual({});
  world.d1.claims.clear();
  world.now += 2 * LEASE_MS;
  ask(world, ["ada"]);
  step(world, { do: "answer", first: true });
  expect(world.object.seats.size).toBe(0);
});

test("once all is quiet and D1 was asked, the object's seats and its line are exactly D1's", () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80, size: "max" }), (moves) => {
      const world = fresh(3);
      for (const one of moves) step(world, one);
      world.batches = [];
      world.joining = [];
      world.lowerings = [];
      for (const one of world.questions.splice(0)) {
        change(world, looked(world.object, one.learnerIds, one.truth));
      }
      world.now += 2 * LEASE_MS;
      step(world, { do: "lapse" });
      for (let round = 0; round < LEARNERS.length; round++) {
        world.now += 2 * LEASE_MS;
        ask(world, [...LEARNERS]);
        step(world, { do: "answer", first: true });
        while (offersOf(world.object).length > 0) offer(world, { pays: false, dies: false });
      }
      const held = claimsNow(world).map(({ learnerId }) => learnerId);
      expect([...world.object.seats.keys()].toSorted()).toEqual(held.toSorted());
      expect([...world.object.waiting.keys()].toSorted()).toEqual(
        [...world.d1.waiters.keys()].toSorted(),
      );
      expect(capacityOf(world.object)).toBe(world.d1.capacity);
      if (world.d1.waiters.size > 0) expect(held.length).toBe(world.d1.capacity);
    }),
    { numRuns: 2_000 },
  );
});
