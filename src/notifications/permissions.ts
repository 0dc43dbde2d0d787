import type { Permission } from "../kernel/permission.ts";

/** An organization's own words belong to its settings. */
export const templatesBy: Permission = {
  action: "notification-template:manage",
  any: ["org-admin", "lms-admin"],
};
