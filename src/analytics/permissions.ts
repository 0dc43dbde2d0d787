import type { Actor, Permission } from "../kernel/permission.ts";

export const courseAnalyticsBy: Permission = {
  action: "analytics:read-course",
  any: ["lms-admin"],
  own: ["instructor"],
};
export const analyticsBy: Permission = { action: "analytics:read", any: ["lms-admin"] };

export const ownCourse = {
  instructor: ({ course }: { course: { instructorId: string } }, actor: Actor): boolean =>
    course.instructorId === actor.id,
};
