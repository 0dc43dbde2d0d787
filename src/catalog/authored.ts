import { and, eq, sql } from "drizzle-orm";
import { present } from "../kernel/columns.ts";
import { event, type NewEvent } from "../kernel/event.ts";
import { type Db, revise, type Statement } from "../kernel/statement.ts";
import { courseUpdated } from "./events.ts";
import { lmsCourseModules, lmsCourses, lmsModuleSections } from "./schema.ts";
import type { CourseRow, IdOf, ModuleRow } from "./statements.ts";

/** A module as its author has it, published or not. */
export const authoredModule = (db: Db, orgId: string, moduleId: IdOf) =>
  db
    .select()
    .from(lmsCourseModules)
    .where(and(present(lmsCourseModules, orgId), eq(lmsCourseModules.id, moduleId)));

export const sectionById = (db: Db, orgId: string, sectionId: IdOf) =>
  db
    .select()
    .from(lmsModuleSections)
    .where(and(present(lmsModuleSections, orgId), eq(lmsModuleSections.id, sectionId)));

/** The parent of a row that is read in the same batch. */
export const courseIdOfModule = (orgId: string, moduleId: IdOf) =>
  sql`(select course_id from lms_course_modules where id = ${moduleId}
    and organization_id = ${orgId})`;
export const moduleIdOfSection = (orgId: string, sectionId: IdOf) =>
  sql`(select module_id from lms_module_sections where id = ${sectionId}
    and organization_id = ${orgId})`;

/** The event and the version that every change of what a course is made of leaves on the course. */
export function courseChanged(
  db: Db,
  course: CourseRow,
  { now, updatedFields }: { now: number; updatedFields: string[] },
): { events: NewEvent[]; revision: Statement } {
  const { id: courseId, instructorId } = course;
  return {
    events: [event(courseUpdated, course, { courseId, instructorId, updatedFields })],
    revision: revise(db, lmsCourses, course, {}, { now }),
  };
}

/** A module's version covers its sections: its ETag stands for both. */
export const reviseModule = (
  db: Db,
  module: Pick<ModuleRow, "id" | "organizationId" | "version">,
  set: Partial<ModuleRow>,
  now: number,
): Statement => revise(db, lmsCourseModules, module, set, { now });
