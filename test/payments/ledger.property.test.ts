import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ACCOUNTS,
  after,
  type Bought,
  type Entry,
  earnedOf,
  entriesOf,
  NOTHING_YET,
  portionsOf,
  type Standing,
} from "../../src/payments/ledger.ts";

const PRICE_MAX = 100_000_000_000;

/** What happens to one payment, in whatever order it is heard of. */
type Happening = "received" | "module" | "completed" | "expired" | "refund-part" | "refund-rest";
type World = { price: number; modules: number; partAmount: number };

/** What is true once so much has happened; each happens once, modules one after another. */
function truth(world: World, happened: readonly Happening[], closed: boolean) {
  const has = (one: Happening) => happened.includes(one);
  const completed = Math.min(world.modules, happened.filter((one) => one === "module").length);
  const refunded = has("refund-rest") ? world.price : has("refund-part") ? world.partAmount : 0;
  const bought: Bought = {
    price: world.price,
    status: has("expired") ? "expired" : has("completed") ? "completed" : "active",
    access: "present",
    inCohort: false,
    modules: { counted: world.modules, completed },
  };
  return {
    received: has("received") ? world.price : 0,
    refunded: has("received") ? refunded : 0,
    requested: 0,
    earned: earnedOf(bought, { closed }),
  };
}

const worlds = fc
  .record({
    price: fc.integer({ min: 1, max: PRICE_MAX }),
    modules: fc.integer({ min: 0, max: 30 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ part, ...world }) => ({ ...world, partAmount: Math.floor(world.price * part) }));
const happenings: fc.Arbitrary<Happening[]> = fc
  .tuple(
    fc.array(fc.constant<Happening>("module"), { maxLength: 30 }),
    fc.subarray<Happening>(["received", "completed", "expired", "refund-part", "refund-rest"]),
  )
  .chain(([modules, others]) =>
    fc.shuffledSubarray([...modules, ...others], { minLength: modules.length + others.length }),
  );

/** The ledger after each happening is heard of, some of them more than once. */
function kept(world: World, order: readonly Happening[], heardTwice: readonly boolean[]) {
  let standing: Standing = NOTHING_YET;
  const entries: Entry[] = [];
  order.forEach((_, at) => {
    for (let times = heardTwice[at] ? 2 : 1; times > 0; times--) {
      const more = entriesOf(standing, truth(world, order.slice(0, at + 1), false));
      entries.push(...more);
      standing = more.reduce(after, standing);
    }
  });
  return { standing, entries };
}

describe("the ledger of a payment, under any order and repetition of what happens,", () => {
  const cases = fc.tuple(worlds, happenings, fc.array(fc.boolean(), { maxLength: 40 }));

  test("sums to zero over its accounts, and every entry moves something", () => {
    fc.assert(
      fc.property(cases, ([world, order, twice]) => {
        const { entries } = kept(world, order, twice);
        const balance = new Map(ACCOUNTS.map((one) => [one, 0]));
        for (const { debit, credit, amount } of entries) {
          expect(amount).toBeGreaterThan(0);
          expect(debit).not.toBe(credit);
          balance.set(debit, (balance.get(debit) ?? 0) + amount);
          balance.set(credit, (balance.get(credit) ?? 0) - amount);
        }
        expect([...balance.values()].reduce((sum, one) => sum + one, 0)).toBe(0);
      }),
    );
  });

  test("holds that recognized + deferred + refunded = received after every single entry", () => {
    fc.assert(
      fc.property(cases, ([world, order, twice]) => {
        let standing: Standing = NOTHING_YET;
        for (const one of kept(world, order, twice).entries) {
          standing = after(standing, one);
          const { received, recognized, deferred, refunded } = standing;
          expect(recognized + deferred + refunded).toBe(received);
          expect(Math.min(recognized, deferred, refunded)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test("ends where it would have ended had all of it been heard of at once", () => {
    fc.assert(
      fc.property(cases, ([world, order, twice]) => {
        const atOnce = entriesOf(NOTHING_YET, truth(world, order, false)).reduce(
          after,
          NOTHING_YET,
        );
        const { entries: _, ...slow } = kept(world, order, twice).standing;
        const { entries: __, ...fast } = atOnce;
        expect(slow).toEqual(fast);
      }),
    );
  });

  test("is finished once it stands where it should: hearing of it again writes nothing", () => {
    fc.assert(
      fc.property(cases, ([world, order, twice]) => {
        const { standing } = kept(world, order, twice);
        expect(entriesOf(standing, truth(world, order, false))).toEqual([]);
      }),
    );
  });
});

describe("what is recognized", () => {
  test("adds up to the price exactly over the modules, the remainder in the last portion", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: PRICE_MAX }),
        fc.integer({ min: 1, max: 200 }),
        (price, count) => {
          const portions = portionsOf(price, count);
          expect(portions).toHaveLength(count);
          expect(portions.reduce((sum, one) => sum + one, 0)).toBe(price);
          const first = portions.slice(0, -1);
          expect(new Set(first).size).toBeLessThanOrEqual(1);
          expect(portions.at(-1)).toBeGreaterThanOrEqual(first[0] ?? 0);
        },
      ),
    );
    expect(portionsOf(100, 3)).toEqual([33, 33, 34]);
    expect(portionsOf(2, 3)).toEqual([0, 0, 2]);
  });

  const bought: Bought = {
    price: 100,
    status: "active",
    access: "present",
    inCohort: false,
    modules: { counted: 3, completed: 2 },
  };
  test.each<[string, Partial<Bought>, boolean, number]>([
    ["a self-paced course gives its portions", {}, false, 66],
    ["a cohort gives nothing before it is closed", { inCohort: true }, false, 0],
    ["a closed cohort gives all", { inCohort: true }, true, 100],
    ["completion gives all, in a cohort too", { inCohort: true, status: "completed" }, false, 100],
    ["expiry gives all", { status: "expired" }, false, 100],
    [
      "a cancelled access keeps its portions until it is closed",
      { status: "cancelled" },
      false,
      66,
    ],
    ["a cancelled access that is closed gives all", { status: "cancelled" }, true, 100],
    ["an earlier access gives nothing by what is learned now", { access: "earlier" }, false, 0],
    [
      "an earlier access gives nothing by completing now",
      { access: "earlier", status: "completed" },
      false,
      0,
    ],
    ["a payment in vain never gives anything", { access: "none", status: "completed" }, true, 0],
  ])("%s", (_, more, closed, earned) => {
    expect(earnedOf({ ...bought, ...more }, { closed })).toBe(earned);
  });

  test("waits while a refund is on its way, and takes nothing of what is to go back", () => {
    const facts = { received: 100, refunded: 0, requested: 60, earned: 100 };
    const standing = entriesOf(NOTHING_YET, facts).reduce(after, NOTHING_YET);
    expect(standing).toMatchObject({ recognized: 40, deferred: 60, refunded: 0 });
  });
});

describe("a refund", () => {
  const standing: Standing = {
    received: 100,
    recognized: 30,
    deferred: 70,
    refunded: 0,
    entries: 2,
  };
  test("takes what is deferred first, and of what was recognized no more than it must", () => {
    const facts = { received: 100, requested: 0, earned: 30 };
    expect(entriesOf(standing, { ...facts, refunded: 50 })).toEqual([
      { kind: "refunded-deferred", debit: "deferred-revenue", credit: "cash", amount: 50 },
    ]);
    expect(entriesOf(standing, { ...facts, refunded: 100 })).toEqual([
      { kind: "refunded-deferred", debit: "deferred-revenue", credit: "cash", amount: 70 },
      { kind: "refunded-recognized", debit: "refunds", credit: "cash", amount: 30 },
    ]);
  });
});
