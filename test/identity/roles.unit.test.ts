import { describe, expect, it } from "vitest";
import {
  refuseLastAdmin,
  refuseRoleChange,
  rolesNamed,
  rolesOf,
  rolesText,
} from "../../src/identity/roles.ts";
import { ROLES, type Role } from "../../src/kernel/permission.ts";

const subsets: Role[][] = Array.from({ length: 2 ** ROLES.length }, (_, bits) =>
  ROLES.filter((_role, at) => bits & (1 << at)),
);

describe("who may change which role", () => {
  it("over all 32 768 changes is exactly: admins, and lms-admin by lms-admin alone", () => {
    for (const by of subsets) {
      for (const before of subsets) {
        for (const after of subsets) {
          const refusal = refuseRoleChange({ by, before, after, anotherAdmin: true });
          const crosses = before.includes("lms-admin") !== after.includes("lms-admin");
          const may = by.includes("lms-admin") || (by.includes("org-admin") && !crosses);
          if ((refusal === undefined) !== may) expect({ by, before, after, may }).toBe(refusal);
        }
      }
    }
    expect(subsets.length).toBe(32);
  });

  it("nobody takes the last lms-admin's role, not even lms-admin", () => {
    const change = { before: rolesOf("lms-admin"), after: rolesOf("learner"), anotherAdmin: false };
    expect(refuseRoleChange({ by: ["lms-admin"], ...change })?.refused).toBe("RULE_FAILED");
    expect(refuseLastAdmin(change)?.refused).toBe("RULE_FAILED");
    expect(refuseLastAdmin({ ...change, anotherAdmin: true })).toBeUndefined();
    expect(refuseLastAdmin({ ...change, after: ["lms-admin"] })).toBeUndefined();
  });
});

describe("the library's comma list", () => {
  it("is read in any order with blanks, and written in one", () => {
    for (const roles of subsets) expect(rolesOf(rolesText(roles))).toEqual(roles);
    expect(rolesOf(" learner , lms-admin,owner")).toEqual(["lms-admin", "learner"]);
    expect(rolesOf(null)).toEqual([]);
  });

  it("that a caller sends is refused whole for one role that is none of ours", () => {
    expect(rolesNamed("learner, instructor")).toEqual(["instructor", "learner"]);
    expect(rolesNamed(["learner", "instructor,learner"])).toEqual(["instructor", "learner"]);
    for (const given of ["", "owner", "learner,", ["learner", 1], undefined, null, {}, []]) {
      expect(rolesNamed(given)).toBeUndefined();
    }
  });
});
