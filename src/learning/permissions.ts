import { type EnrollmentRow, isOpen } from "../enrollment/statements.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Actor, Permission } from "../kernel/permission.ts";

export const progressRecordBy: Permission = { action: "progress:record", own: ["member"] };
export const moduleCompleteBy: Permission = {
  action: "progress:complete",
  any: ["lms-admin"],
  own: ["member", "instructor"],
};
export const progressReadBy: Permission = {
  action: "progress:read",
  any: ["lms-admin", "org-admin"],
  own: ["member", "instructor"],
};

type Ours = { enrollment: { learnerId: string } };
type Theirs = { course: { instructorId: string } };

export const ofLearner = {
  member: ({ enrollment }: Ours, actor: Actor): boolean => enrollment.learnerId === actor.id,
};
export const ofLearnerOrInstructor = {
  ...ofLearner,
  instructor: ({ course }: Theirs, actor: Actor): boolean => course.instructorId === actor.id,
};

/** Progress is recorded on an active enrollment, and goes on after completion. */
export function notOpen(
  enrollment: Pick<EnrollmentRow, "status" | "expiresAt">,
  now: number,
): Refusal<"INVALID_TRANSITION"> | undefined {
  return isOpen(enrollment, now)
    ? undefined
    : refuse(
        "INVALID_TRANSITION",
        enrollment.status === "active"
          ? "The access of this enrollment has ended; enroll again"
          : `Enrollment must be active or completed to learn; it is ${enrollment.status}`,
        { more: { state: enrollment.status } },
      );
}
