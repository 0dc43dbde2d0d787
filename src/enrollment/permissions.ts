import type { Actor, Permission } from "../kernel/permission.ts";

export const enrollmentCreateBy: Permission = {
  action: "enrollment:create",
  any: ["lms-admin", "org-admin"],
  own: ["learner"],
};
export const enrollmentCancelBy: Permission = {
  action: "enrollment:cancel",
  any: ["lms-admin", "org-admin"],
  own: ["member"],
};
export const enrollmentCheckoutBy: Permission = {
  ...enrollmentCancelBy,
  action: "enrollment:checkout",
};
export const enrollmentRefundBy: Permission = { action: "enrollment:refund", any: ["lms-admin"] };
export const enrollmentMoveBy: Permission = { action: "enrollment:move", any: ["lms-admin"] };
export const enrollmentManageBy: Permission = {
  action: "enrollment:manage",
  any: ["lms-admin"],
};
export const enrollmentReadBy: Permission = {
  action: "enrollment:read",
  any: ["lms-admin", "org-admin"],
  own: ["member", "instructor"],
};

type OfEnrollment = { enrollment: { learnerId: string } };

export const ownEnrollment = {
  member: ({ enrollment }: OfEnrollment, actor: Actor): boolean =>
    enrollment.learnerId === actor.id,
};

/** The learner of the enrollment, and the instructor of its course. */
export const ownEnrollmentOrCourse = {
  ...ownEnrollment,
  instructor: ({ course }: { course: { instructorId: string } }, actor: Actor): boolean =>
    course.instructorId === actor.id,
};
