import type { Actor, Permission } from "../kernel/permission.ts";

export const quizAttemptBy: Permission = { action: "quiz:attempt", own: ["member"] };
export const quizReadBy: Permission = {
  action: "quiz:read",
  any: ["lms-admin", "org-admin"],
  own: ["member", "instructor"],
};
export const quizStatisticsBy: Permission = {
  action: "quiz:statistics",
  any: ["lms-admin"],
  own: ["instructor"],
};

type Ours = { enrollment: { learnerId: string } };
type Theirs = { course: { instructorId: string } };

export const ofTaker = {
  member: ({ enrollment }: Ours, actor: Actor): boolean => enrollment.learnerId === actor.id,
};
export const ofTakerOrInstructor = {
  ...ofTaker,
  instructor: ({ course }: Theirs, actor: Actor): boolean => course.instructorId === actor.id,
};

/** Those who write the questions see what is right, always. */
export const writes = ({ instructorId }: { instructorId: string }, actor: Actor): boolean =>
  actor.type === "system" ||
  actor.roles.includes("lms-admin") ||
  (actor.roles.includes("instructor") && instructorId === actor.id);
