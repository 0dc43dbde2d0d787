import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  envelopesOf,
  event,
  eventType,
  matchesEvent,
  type NewEvent,
  upcast,
} from "../../src/kernel/event.ts";

const any = z.object({});
const moved = eventType("course.moved", "course", any);
const paid = eventType("payment.paid", "payment", any);
const unit = () => {
  let last = 0;
  return {
    orgId: "org",
    actorId: "actor",
    correlationId: "correlation",
    causationId: null,
    now: 5,
    id: () => `id-${++last}`,
  };
};

describe("the events of one decision", () => {
  test("are numbered in turn from the version that was read, each root by itself", () => {
    const told = [
      event(moved, { id: "a", version: 4 }, {}),
      event(paid, { id: "a", version: 0 }, {}),
      event(moved, { id: "a", version: 4 }, {}),
      event(moved, { id: "b", version: 9 }, {}),
      event(moved, { id: "a", version: 4 }, {}),
    ];
    expect(
      envelopesOf(told, unit()).map((one) => [
        one.aggregateType,
        one.aggregateId,
        one.aggregateVersion,
      ]),
    ).toEqual([
      ["course", "a", 5],
      ["payment", "a", 1],
      ["course", "a", 6],
      ["course", "b", 10],
      ["course", "a", 7],
    ]);
  });

  test("that change no row have no number and raise none", () => {
    const told = [
      event(moved, { id: "a", version: null }, {}),
      event(moved, { id: "a", version: 1 }, {}),
      event(moved, { id: "a", version: null }, {}),
      event(moved, { id: "a", version: 1 }, {}),
    ];
    expect(envelopesOf(told, unit()).map((one) => one.aggregateVersion)).toEqual([
      null,
      2,
      null,
      3,
    ]);
  });

  test("leave no gap in any root, in whatever order roots alternate", () => {
    const roots = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 30 });
    fc.assert(
      fc.property(roots, fc.nat({ max: 50 }), (ids, version) => {
        const told: NewEvent[] = ids.map((id) => event(moved, { id, version }, {}));
        const made = envelopesOf(told, unit());
        for (const id of new Set(ids)) {
          const numbers = made
            .filter((one) => one.aggregateId === id)
            .map((one) => one.aggregateVersion);
          expect(numbers).toEqual(numbers.map((_, at) => version + 1 + at));
        }
        expect(new Set(made.map((one) => one.id)).size).toBe(made.length);
      }),
    );
  });
});

test("a pattern is the exact type, an entity's all, or all there are", () => {
  for (const [pattern, type, fits] of [
    ["enrollment.created", "enrollment.created", true],
    ["enrollment.created", "enrollment.createdAgain", false],
    ["enrollment.*", "enrollment.created", true],
    ["enrollment.*", "enrollments.created", false],
    ["lms.*", "anything.happened", true],
    ["*", "enrollment.created", false],
  ] as const) {
    expect(matchesEvent(pattern, type), `${pattern} ${type}`).toBe(fits);
  }
});

describe("an older payload", () => {
  const grown = eventType("course.grown", "course", any, {
    version: 3,
    upcasters: { 1: (old) => ({ ...old, two: true }), 2: (old) => ({ ...old, three: true }) },
  });

  test("is brought to the newest shape step by step", () => {
    expect(upcast(grown, 1, { one: true })).toEqual({ one: true, two: true, three: true });
    expect(upcast(grown, 2, { one: true })).toEqual({ one: true, three: true });
    expect(upcast(grown, 3, { one: true })).toEqual({ one: true });
  });

  test("that nobody can bring on is an error, not a payload in the wrong shape", () => {
    const torn = eventType("course.torn", "course", any, {
      version: 3,
      upcasters: { 1: (old) => old },
    });
    expect(() => upcast(torn, 1, {})).toThrow("No upcaster of course.torn from version 2");
  });
});
