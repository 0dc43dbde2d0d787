import * as z from "zod";
import {
  courseById,
  moduleById,
  moduleOutlineOf,
  sectionsOfModule,
  sessionIdOfModule,
} from "../catalog/statements.ts";
import {
  courseIdOfEnrollment,
  type EnrollmentRef,
  enrollmentById,
  enrollmentIdOf,
  learnerIdOfEnrollment,
} from "../enrollment/statements.ts";
import { id } from "../kernel/id.ts";
import type { Actor } from "../kernel/permission.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { attendanceOf } from "../live/statements.ts";
import { moduleProgressOf, sectionProgressOf } from "./statements.ts";

/** Which enrollment: by its id, or the caller's own in a course given by id or slug. */
export const enrollmentRef = {
  enrollmentId: id.optional(),
  course: z.string().min(1).max(100).optional().describe("Id or slug: the caller's own enrollment"),
};

export const oneRef = (input: EnrollmentRef): boolean =>
  (input.enrollmentId === undefined) !== (input.course === undefined);

export const ONE_REF = {
  path: ["enrollmentId"],
  message: "Name the enrollment by enrollmentId or by course, and not by both",
};

/** What is known of an enrollment's progress through its course. */
export function progressReads(db: Db, actor: Actor, ref: EnrollmentRef) {
  const enrollmentId = enrollmentIdOf(actor, ref);
  const courseId = courseIdOfEnrollment(actor, ref);
  return {
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, enrollmentId)),
    course: found("Course", courseById(db, actor.orgId, courseId)),
    modules: moduleOutlineOf(db, actor.orgId, courseId),
    progress: moduleProgressOf(db, actor.orgId, enrollmentId),
  };
}

/** And of one of its modules, with all that its completion asks for. */
export function moduleReads(db: Db, actor: Actor, ref: EnrollmentRef & { moduleId: string }) {
  const enrollmentId = enrollmentIdOf(actor, ref);
  return {
    ...progressReads(db, actor, ref),
    module: found(
      "Module",
      moduleById(db, actor.orgId, ref.moduleId, courseIdOfEnrollment(actor, ref)),
    ),
    sections: sectionsOfModule(db, actor.orgId, ref.moduleId),
    sectionProgress: sectionProgressOf(db, actor.orgId, enrollmentId),
    attendance: maybe(
      attendanceOf(
        db,
        actor.orgId,
        sessionIdOfModule(actor.orgId, ref.moduleId),
        learnerIdOfEnrollment(actor.orgId, enrollmentId),
      ),
    ),
  };
}
