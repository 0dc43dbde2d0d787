import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { courseMachine } from "../../src/catalog/machine.ts";
import { cohortMachine } from "../../src/cohorts/machine.ts";
import { enrollmentMachine } from "../../src/enrollment/machine.ts";
import { ENROLLMENT_STATUSES } from "../../src/enrollment/schema.ts";
import { isRefusal } from "../../src/kernel/error.ts";
import { type Machine, sourcesOf, statesOf, transition } from "../../src/kernel/machine.ts";
import { sessionMachine } from "../../src/live/machine.ts";
import { lms } from "../../src/lms.ts";
import { paymentMachine } from "../../src/payments/machine.ts";
import { PAYMENT_STATUSES } from "../../src/payments/schema.ts";

const MACHINES = lms.contexts.flatMap((one) => one.machines ?? []);

const eventsOf = (of: Machine): string[] => [
  ...new Set(Object.values(of.transitions).flatMap((one) => Object.keys(one))),
];

/** domain.md's table, as `from -event→ to`. */
const PUBLISHED: Record<string, string[]> = {
  course: [
    "draft -submit-review→ under-review",
    "under-review -approve→ published",
    "under-review -reject→ draft",
    "published -archive→ archived",
    "published -unpublish→ draft",
    "archived -restore→ draft",
  ],
  enrollment: [
    "pending-payment -payment-confirmed→ active",
    "pending-payment -cancel→ cancelled",
    "active -complete→ completed",
    "active -expire→ expired",
    "active -cancel→ cancelled",
    "active -refund→ refunded",
    "completed -cancel→ cancelled",
    "completed -refund→ refunded",
    "expired -refund→ refunded",
    "expired -reenroll→ pending-payment",
    "cancelled -refund→ refunded",
    "cancelled -reenroll→ pending-payment",
    "refunded -reenroll→ pending-payment",
  ],
  liveSession: [
    "scheduled -start→ live",
    "scheduled -cancel→ cancelled",
    "live -end→ ended",
    "ended -record-uploaded→ recorded",
  ],
  cohort: [
    "scheduled -activate→ active",
    "scheduled -cancel→ cancelled",
    "active -complete→ completed",
    "active -cancel→ cancelled",
  ],
};

const tableOf = (of: Machine): string[] =>
  Object.entries(of.transitions).flatMap(([from, by]) =>
    Object.entries(by).map(([event, to]) => `${from} -${event}→ ${to}`),
  );

test("every machine of the contexts is looked at", () => {
  expect(MACHINES).toEqual(
    expect.arrayContaining([
      courseMachine,
      enrollmentMachine,
      paymentMachine,
      cohortMachine,
      sessionMachine,
    ]),
  );
});

test.each(Object.entries(PUBLISHED))(
  "%s has the transitions of the specification, and no other",
  (name, table) => {
    const of = MACHINES.find((one) => one.name === name);
    expect(of && tableOf(of).toSorted()).toEqual(table.toSorted());
  },
);

test("a stored status is a state of its machine, and the other way round", () => {
  expect(statesOf(enrollmentMachine).toSorted()).toEqual([...ENROLLMENT_STATUSES].toSorted());
  expect(statesOf(paymentMachine).toSorted()).toEqual([...PAYMENT_STATUSES].toSorted());
});

describe.each(MACHINES.map((one) => [one.name, one] as const))("%s", (_, of) => {
  const events = eventsOf(of);

  test("every state and event is a transition of the table or refused with the state it is in", () => {
    for (const state of statesOf(of)) {
      for (const event of events) {
        const to = of.transitions[state]?.[event];
        const next = transition(of, state, event);
        if (to !== undefined) expect(next).toEqual({ to });
        else {
          expect(next).toMatchObject({ refused: "INVALID_TRANSITION", more: { state } });
          const { detail } = next as { detail: string };
          expect(detail).toContain(`it is ${state}`);
          expect(detail).toContain(of.phrases?.[event] ?? event);
          for (const source of sourcesOf(of, event)) expect(detail).toContain(source);
        }
      }
    }
  });

  test("leads nowhere but to its own states, and reaches every one of them", () => {
    const reached = new Set<string>([of.initial, ...(of.alsoInitial ?? [])]);
    for (const state of reached)
      for (const to of Object.values(of.transitions[state] ?? {})) reached.add(to as string);
    expect([...reached].toSorted()).toEqual(statesOf(of).toSorted());
  });

  test("no walk leaves the table, and a refused event moves nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 40 }), (walk) => {
        let state = of.initial;
        for (const event of walk) {
          const next = transition(of, state, event);
          if (isRefusal(next)) expect(sourcesOf(of, event)).not.toContain(state);
          else {
            expect(tableOf(of)).toContain(`${state} -${event}→ ${next.to}`);
            state = next.to;
          }
          expect(statesOf(of)).toContain(state);
        }
      }),
      { numRuns: 50 },
    );
  });
});
