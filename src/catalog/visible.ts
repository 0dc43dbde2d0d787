import { enrollmentOf } from "../enrollment/statements.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Actor } from "../kernel/permission.ts";
import { type Db, maybe } from "../kernel/statement.ts";
import type { CourseFilter } from "./list-filter.ts";
import { courseIdOf } from "./statements.ts";

/** The actor's own enrollment opens a course that is no longer published. */
export const enrollmentIn = (db: Db, actor: Actor, ref: string) =>
  actor.type === "human" || actor.type === "api_key"
    ? maybe(enrollmentOf(db, actor.orgId, actor.id, courseIdOf(actor.orgId, ref)))
    : undefined;

type Seen = { status: string; instructorId: string };

/** What is published is everybody's; else its owner, lms-admin, who reviews it, or who learns in it. */
export function maySee(
  course: Seen,
  actor: Actor,
  enrollment: { status: string } | undefined,
): boolean {
  if (course.status === "published" || actor.type === "system") return true;
  const learns = enrollment?.status === "active" || enrollment?.status === "completed";
  if (learns || actor.roles.includes("lms-admin")) return true;
  if (actor.roles.includes("instructor") && course.instructorId === actor.id) return true;
  return actor.roles.includes("content-reviewer") && course.status === "under-review";
}

/** What a list may show of another status than published: an instructor its own, a reviewer its work. */
export function statusFault(filter: CourseFilter, actor: Actor): Refusal | undefined {
  const { status = "published", instructorId } = filter;
  if (status === "published" || actor.type === "system") return undefined;
  if (actor.type === "public") {
    return refuse("UNAUTHENTICATED", "Sign in: only published courses are everybody's");
  }
  if (actor.roles.includes("lms-admin")) return undefined;
  if (status === "under-review" && actor.roles.includes("content-reviewer")) return undefined;
  if (actor.roles.includes("instructor") && (instructorId ?? actor.id) === actor.id)
    return undefined;
  return refuse("PERMISSION_DENIED", "Permission denied: course:read-draft");
}

/** The filter that an actor's list is read by. */
export function filterFor<F extends CourseFilter>(filter: F, actor: Actor): F {
  const { status = "published" } = filter;
  const whole =
    status === "published" ||
    actor.type === "system" ||
    actor.roles.includes("lms-admin") ||
    (status === "under-review" && actor.roles.includes("content-reviewer"));
  return { ...filter, status, ...(whole ? {} : { instructorId: actor.id }) };
}
