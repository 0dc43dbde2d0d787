import { type Refusal, refuse } from "../kernel/error.ts";
import { isRole, ROLES, type Role } from "../kernel/permission.ts";

/** The roles in the library's comma list; what is no role of ours counts for nothing. */
export const rolesOf = (text: string | null | undefined): Role[] =>
  ROLES.filter((role) => (text ?? "").split(",").some((one) => one.trim() === role));

/** The one way in which a set of roles is stored. */
export const rolesText = (roles: readonly Role[]): string =>
  ROLES.filter((role) => roles.includes(role)).join(",");

export const FOUNDER: readonly Role[] = ["lms-admin", "org-admin"];

export const mayAdminister = (roles: readonly Role[]): boolean =>
  roles.includes("lms-admin") || roles.includes("org-admin");

/** Roles out of a list or a comma list; undefined where one of them is none of ours, or none is named. */
export function rolesNamed(given: unknown): Role[] | undefined {
  const names = (Array.isArray(given) ? given : [given])
    .flatMap((one) => (typeof one === "string" ? one.split(",") : [""]))
    .map((one) => one.trim());
  if (names.length === 0 || !names.every(isRole)) return undefined;
  return rolesOf(names.join(","));
}

type RoleChange = {
  by: readonly Role[];
  before: readonly Role[];
  after: readonly Role[];
  /** Whether the organization keeps another lms-admin. */
  anotherAdmin: boolean;
};

/** lms-admin is given and taken by lms-admin alone, every other role by org-admin too. */
export function refuseRoleChange({
  by,
  before,
  after,
  anotherAdmin,
}: RoleChange): Refusal | undefined {
  const changed = ROLES.filter((role) => before.includes(role) !== after.includes(role));
  if (changed.includes("lms-admin") && !by.includes("lms-admin")) {
    return refuse(
      "PERMISSION_DENIED",
      "Permission denied: lms-admin is given and taken by lms-admin",
    );
  }
  if (!mayAdminister(by)) return refuse("PERMISSION_DENIED", "Permission denied: member:roles");
  return refuseLastAdmin({ before, after, anotherAdmin });
}

/** Nobody is asked who leaves; but an organization keeps an lms-admin. */
export function refuseLastAdmin({
  before,
  after,
  anotherAdmin,
}: Omit<RoleChange, "by">): Refusal | undefined {
  if (!before.includes("lms-admin") || after.includes("lms-admin") || anotherAdmin)
    return undefined;
  return refuse(
    "RULE_FAILED",
    "An organization keeps an lms-admin: give the role to another first",
  );
}
