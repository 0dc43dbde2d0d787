import type { Actor, Permission } from "../kernel/permission.ts";

export const assignmentBy = (act: "create" | "update" | "delete" | "list"): Permission => ({
  action: `assignment:${act}`,
  any: ["lms-admin"],
  own: ["instructor"],
});
export const assignmentReadBy: Permission = {
  action: "assignment:read",
  any: ["lms-admin"],
  own: ["instructor", "content-reviewer", "member"],
};
export const submissionCreateBy: Permission = { action: "submission:create", own: ["member"] };
export const submissionGradeBy: Permission = {
  action: "submission:grade",
  any: ["lms-admin"],
  own: ["instructor"],
};
export const submissionReturnBy: Permission = { ...submissionGradeBy, action: "submission:return" };
export const submissionReadBy: Permission = {
  action: "submission:read",
  any: ["lms-admin", "org-admin"],
  own: ["instructor", "member"],
};
export const peerReviewBy: Permission = { action: "submission:peer-review", own: ["member"] };

type OfCourse = { course: { instructorId: string } };

/** The instructor of the course, who still holds that role. */
export const ownCourse = {
  instructor: ({ course }: OfCourse, actor: Actor): boolean => course.instructorId === actor.id,
};

/** Whoever is enrolled, whatever has become of the enrollment: what is open to it is decided later. */
export const enrolledOnes = {
  member: ({ enrollment }: { enrollment?: unknown }): boolean => enrollment !== undefined,
};

/** Its authors, who reviews the course, and the enrolled. */
export const assignmentReaders = {
  ...ownCourse,
  ...enrolledOnes,
  "content-reviewer": ({ course }: { course: { status: string } }): boolean =>
    course.status === "under-review",
};

export const ownSubmission = {
  ...ownCourse,
  member: ({ submission }: { submission: { learnerId: string } }, actor: Actor): boolean =>
    submission.learnerId === actor.id,
};
