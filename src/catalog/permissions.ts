import type { Actor, Permission } from "../kernel/permission.ts";

export const courseCreateBy: Permission = {
  action: "course:create",
  any: ["instructor", "lms-admin"],
};
export const courseUpdateBy: Permission = {
  action: "course:update",
  any: ["lms-admin"],
  own: ["instructor"],
};
export const courseSubmitBy: Permission = { ...courseUpdateBy, action: "course:submit-review" };
export const courseReviewBy: Permission = {
  action: "course:review",
  any: ["lms-admin"],
  own: ["content-reviewer"],
};
export const courseArchiveBy: Permission = {
  action: "course:archive",
  any: ["lms-admin"],
  own: ["instructor"],
};
export const courseRestoreBy: Permission = { action: "course:restore", any: ["lms-admin"] };
export const courseAuthorBy: Permission = {
  action: "course:read-draft",
  any: ["lms-admin"],
  own: ["instructor", "content-reviewer"],
};
export const categoryManageBy: Permission = { action: "category:manage", any: ["lms-admin"] };
export const reviewCreateBy: Permission = { action: "review:create", own: ["member"] };
export const reviewModerateBy: Permission = { action: "review:moderate", any: ["lms-admin"] };
export const catalogueReadBy: Permission = { action: "course:read", public: true };

type OfCourse = { course: { instructorId: string; status: string } };

/** The instructor of the course, who still holds that role. */
export const ownCourse = {
  instructor: ({ course }: OfCourse, actor: Actor): boolean => course.instructorId === actor.id,
};

/** A reviewer sees what is under review; its own instructor sees it always. */
export const courseAuthors = {
  ...ownCourse,
  "content-reviewer": ({ course }: OfCourse): boolean => course.status === "under-review",
};

/** Nobody reviews the own course, unless as lms-admin. */
export const notOwnCourse = {
  "content-reviewer": ({ course }: OfCourse, actor: Actor): boolean =>
    course.instructorId !== actor.id,
};
