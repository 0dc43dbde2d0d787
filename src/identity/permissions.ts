import type { Actor, Permission } from "../kernel/permission.ts";

export const settingsReadBy: Permission = {
  action: "settings:read",
  any: ["org-admin", "lms-admin"],
};
export const settingsUpdateBy: Permission = { ...settingsReadBy, action: "settings:update" };
export const memberSuspendBy: Permission = { action: "member:suspend", any: ["lms-admin"] };
export const memberEraseBy: Permission = { action: "member:erase", any: ["lms-admin"] };
export const memberExportBy: Permission = {
  action: "member:export",
  any: ["lms-admin"],
  own: ["member"],
};
export const exportReadBy: Permission = { ...memberExportBy, action: "export:read" };

/** Whose data it is. */
export const ofOneself = {
  member: ({ of }: { of: { learnerId: string } }, actor: Actor): boolean =>
    of.learnerId === actor.id,
};
