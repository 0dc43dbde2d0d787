import type { Actor, Permission } from "../kernel/permission.ts";

export const certificateIssueBy: Permission = { action: "certificate:issue", any: ["lms-admin"] };
export const certificateRevokeBy: Permission = { action: "certificate:revoke", any: ["lms-admin"] };
export const certificateReadBy: Permission = {
  action: "certificate:read",
  any: ["lms-admin", "org-admin"],
  own: ["member", "instructor"],
};

type Rows = { certificate: { learnerId: string }; course: { instructorId: string } };

export const certificateReaders = {
  member: ({ certificate }: Rows, actor: Actor): boolean => certificate.learnerId === actor.id,
  instructor: ({ course }: Rows, actor: Actor): boolean => course.instructorId === actor.id,
};
