import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { permissionRules } from "../../src/kernel/context.ts";
import { isRefusal } from "../../src/kernel/error.ts";
import {
  type Actor,
  mayAttempt,
  mayTouch,
  type Owner,
  permissionFacts,
  ROLES,
} from "../../src/kernel/permission.ts";
import { breaks, ruleExpr } from "../../src/kernel/rule.ts";
import { lms } from "../../src/lms.ts";

const definitions = [...lms.commands.values(), ...lms.queries.values()];
const rules = permissionRules(lms);
const OWNERS: readonly Owner[] = [...ROLES, "member"];

const definition = fc.constantFrom(...definitions);
const roles = fc.subarray([...ROLES]);
const owned = fc.subarray([...OWNERS]);
const actorIn = (held: Actor["roles"], type: Actor["type"] = "human"): Actor => ({
  id: "a",
  type,
  roles: held,
  orgId: "o",
});

describe("the permission table", () => {
  test("stands as one valid rule under each action that a command or query names", () => {
    const actions = new Set(definitions.map((one) => one.permission.action));
    expect(new Set(rules.map((one) => one.id))).toEqual(actions);
    expect(rules).toHaveLength(actions.size);
    for (const { id, scope, expr, code, detail } of rules) {
      expect(ruleExpr.safeParse(expr).success, id).toBe(true);
      expect({ scope, code, detail }).toEqual({
        scope: id,
        code: "PERMISSION_DENIED",
        detail: `Permission denied: ${id}`,
      });
    }
  });

  test("as rules allows just what any role in it allows, or an own row's owner", () => {
    fc.assert(
      fc.property(definition, roles, owned, ({ permission }, held, mine) => {
        const rule = rules.find((one) => one.id === permission.action);
        if (!rule) throw new Error(permission.action);
        const facts = permissionFacts(actorIn(held), (owner) => mine.includes(owner));
        const acting: readonly Owner[] = held.length > 0 ? [...held, "member"] : [];
        const allowed =
          permission.public === true ||
          held.some((role) => permission.any?.includes(role)) ||
          acting.some((owner) => permission.own?.includes(owner) && mine.includes(owner));
        expect(breaks(rule, facts) === undefined).toBe(allowed);
      }),
    );
  });

  test("lets whoever may touch a row attempt it, and everybody that may not is told which rule and why", () => {
    fc.assert(
      fc.property(definition, roles, owned, ({ permission, type }, held, mine) => {
        const actor = actorIn(held);
        const own = Object.fromEntries(mine.map((owner) => [owner, { owns: () => true }.owns]));
        const touched = mayTouch(permission, own, {}, actor);
        const attempted = mayAttempt(permission, actor, type);
        if (attempted) expect(touched).toBeDefined();
        for (const refusal of [touched, attempted].filter(isRefusal)) {
          expect(refusal).toMatchObject({
            refused: "PERMISSION_DENIED",
            detail: `Permission denied: ${permission.action}`,
            more: { rule: permission.action, operand: { op: "eq" } },
          });
        }
      }),
    );
  });

  test("allows the system everything, and nobody without an actor what is not public", () => {
    for (const { permission, type } of definitions) {
      expect(mayTouch(permission, undefined, {}, actorIn([], "system"))).toBeUndefined();
      expect(mayAttempt(permission, actorIn([], "public"), type)?.refused).toBe(
        permission.public ? undefined : "UNAUTHENTICATED",
      );
    }
  });
});

describe("the business rules", () => {
  test("are registered by their ids as valid expressions", () => {
    const registered = lms.contexts.flatMap((one) => one.rules ?? []);
    const ids = registered.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, expr } of registered) expect(ruleExpr.safeParse(expr).success, id).toBe(true);
    expect(ids).toEqual(
      expect.arrayContaining([
        "freeCourseSkipPayment",
        "noDuplicateActiveEnrollment",
        "certificateRequiresThreshold",
        "coursePublishRequiresModule",
        "coursePublishRequiresPrice",
        "moduleSequentialLock",
        "cohortCapacityLimit",
        "enrollmentExpired",
      ]),
    );
  });
});
