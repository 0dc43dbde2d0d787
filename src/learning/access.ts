import type { CourseRow } from "../catalog/statements.ts";
import type { EnrollmentRow } from "../enrollment/statements.ts";
import { isOpen } from "../enrollment/statements.ts";
import { notFound, type Refusal, refuse } from "../kernel/error.ts";
import type { Actor } from "../kernel/permission.ts";

type Code = "NOT_FOUND" | "PAYMENT_REQUIRED" | "PERMISSION_DENIED";

/** Who may teach or run the course sees all of it, enrolled or not. */
export const teaches = (course: Pick<CourseRow, "instructorId">, actor: Actor): boolean =>
  actor.type === "system" ||
  actor.roles.includes("lms-admin") ||
  (actor.roles.includes("instructor") && course.instructorId === actor.id);

/** Whether an actor may open the course's content; a learner keeps its course whatever becomes of it. */
export function closedTo(
  course: CourseRow,
  enrollment: EnrollmentRow | undefined,
  { actor, now }: { actor: Actor; now: number },
): Refusal<Code> | undefined {
  if (isOpen(enrollment, now) || teaches(course, actor)) return undefined;
  if (enrollment?.status === "pending-payment") {
    return refuse("PAYMENT_REQUIRED", "The course opens once its payment is confirmed");
  }
  if (course.status !== "published" && !enrollment) return notFound("Course");
  const detail = enrollment
    ? `Permission denied: course:learn; the enrollment is ${enrollment.status}, enroll again`
    : "Permission denied: course:learn; enroll in the course first";
  return refuse("PERMISSION_DENIED", detail);
}
