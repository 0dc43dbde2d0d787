import type { Permission } from "../kernel/permission.ts";

export const eventReadBy: Permission = { action: "event:read", any: ["lms-admin"] };
export const deadLetterReadBy: Permission = { action: "dead-letter:read", any: ["lms-admin"] };
export const deadLetterRetryBy: Permission = { action: "dead-letter:retry", any: ["lms-admin"] };
