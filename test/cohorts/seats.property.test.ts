import fc from "fast-check";
import { expect, test } from "vitest";
import {
  applied,
  type Claim,
  capacityOf,
  dueLooks,
  heard,
  LEASE_MS,
  lapsed,
  looked,
  lower,
  reserve,
  type SeatState,
  seeded,
  type Truth,
} from "../../src/cohorts/seats.ts";

const COMMIT_MARGIN_MS = 15_000;
const LEARNERS = ["ada", "bo", "cy", "di", "ed", "flo"];

/** D1 as the object knows it only by asking: the cohort, and who is enrolled in it. */
type World = {
  now: number;
  d1: { capacity: number; version: number; claims: Map<string, Claim> };
  object: SeatState;
  /** Batches under way: decided on what D1 said then, holding a lease. */
  batches: { learnerId: string; leasedUntil: number; seatUntil: number | null }[];
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
const move = fc.oneof(
  often(fc.record({ do: fc.constant("read" as const), who: fc.constantFrom(...LEARNERS) })),
  often(fc.record({ do: fc.constant("reserve" as const), pays: fc.boolean() })),
  often(fc.record({ do: fc.constant("commit" as const), lost: fc.boolean() })),
  fc.record({ do: fc.constant("cancel" as const), who: fc.constantFrom(...LEARNERS) }),
  fc.record({ do: fc.constant("tell" as const), who: fc.constantFrom(...LEARNERS) }),
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

function ask(world: World, learnerIds: string[]): void {
  const claims = claimsNow(world).filter((one) => learnerIds.includes(one.learnerId));
  const { capacity, version } = world.d1;
  world.questions.push({
    learnerIds,
    truth: { askedAt: world.now, claims },
    cohort: { capacity, version },
  });
}

function step(world: World, one: Move): void {
  const { d1, now } = world;
  const change = (by: Parameters<typeof applied>[1]) => {
    world.object = applied(world.object, by);
  };
  switch (one.do) {
    case "read":
      world.reads.push({ learnerId: one.who, capacity: d1.capacity, version: d1.version });
      return;
    case "reserve": {
      const read = world.reads.shift();
      if (!read) return;
      const { learnerId, capacity, version } = read;
      const asked = { learnerId, enrollmentId: learnerId, capacity, cohortVersion: version };
      const { answer, change: by } = reserve(world.object, asked, now);
      change(by);
      const seatUntil = one.pays ? now + 120_000 : null;
      if ("leasedUntil" in answer) {
        world.batches.push({ learnerId, leasedUntil: answer.leasedUntil, seatUntil });
      }
      return;
    }
    case "commit": {
      const batch = world.batches.shift();
      if (!batch || one.lost || now + COMMIT_MARGIN_MS > batch.leasedUntil) return;
      const { learnerId, seatUntil } = batch;
      d1.claims.set(learnerId, { learnerId, enrollmentId: learnerId, seatUntil });
      return;
    }
    case "cancel":
      d1.claims.delete(one.who);
      return;
    case "tell":
      ask(world, [one.who]);
      return;
    case "alarm":
      ask(world, dueLooks(world.object, now));
      return;
    case "answer": {
      const question = one.first ? world.questions.shift() : world.questions.pop();
      if (question) change(looked(world.object, question.learnerIds, question.truth));
      return;
    }
    case "lower": {
      const wanted = { capacity: d1.capacity - one.by, cohortVersion: d1.version + 1 };
      if (wanted.capacity < 1) return;
      const { answer, change: by } = lower(world.object, wanted, now);
      change(by);
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
      change(heard(world.object, { capacity: d1.capacity, cohortVersion: d1.version }));
      return;
    case "lapse":
      change(lapsed(world.object, { capacity: d1.capacity, cohortVersion: d1.version }, now));
      return;
    case "wait":
      world.now += one.ms;
      return;
  }
}

const fresh = (capacity: number): World => ({
  now: 1_000_000,
  d1: { capacity, version: 1, claims: new Map() },
  object: seeded({ capacity, cohortVersion: 1 }, { askedAt: 1_000_000, claims: [] }),
  batches: [],
  lowerings: [],
  questions: [],
  reads: [],
});

test("whatever is reserved, committed, told, lowered, lost or late: D1 never holds more than its seats", () => {
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
    { numRuns: 3_000 },
  );
});

test("once all is quiet and D1 was asked, the object's seats are exactly D1's", () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80, size: "max" }), (moves) => {
      const world = fresh(3);
      for (const one of moves) step(world, one);
      world.batches = [];
      world.lowerings = [];
      for (const one of world.questions.splice(0)) {
        world.object = applied(world.object, looked(world.object, one.learnerIds, one.truth));
      }
      world.now += 2 * LEASE_MS;
      ask(world, [...world.object.seats.keys()]);
      step(world, { do: "answer", first: true });
      step(world, { do: "lapse" });
      const held = claimsNow(world).map(({ learnerId }) => learnerId);
      expect([...world.object.seats.keys()].toSorted()).toEqual(held.toSorted());
      expect(capacityOf(world.object)).toBe(world.d1.capacity);
    }),
    { numRuns: 2_000 },
  );
});
