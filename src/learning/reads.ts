import { sql } from "drizzle-orm";
import { bestSubmissionsOf, exercisesAsking } from "../assessment/statements.ts";
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
import type { Actor } from "../kernel/permission.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { attendanceOf } from "../live/statements.ts";
import { moduleProgressOf, sectionProgressOf } from "./statements.ts";

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
    assignments: bestSubmissionsOf(db, actor.orgId, enrollmentId),
    asking: exercisesAsking(db, actor.orgId, sql`section.module_id = ${ref.moduleId}`),
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
