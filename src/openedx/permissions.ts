import type { Permission } from "../kernel/permission.ts";

export const configurationManageBy: Permission = {
  action: "openedx:manage-configurations",
  any: ["org-admin", "lms-admin"],
};
/** Without its secrets: whoever publishes has to choose one. */
export const configurationReadBy: Permission = {
  action: "openedx:read-configurations",
  any: ["instructor", "org-admin", "lms-admin"],
};
export const publishBy: Permission = {
  action: "openedx:publish",
  any: ["org-admin", "lms-admin"],
  own: ["instructor"],
};
export const importJobReadBy: Permission = { ...publishBy, action: "openedx:read-jobs" };
