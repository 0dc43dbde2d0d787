import { and, asc, eq, exists, isNull, type SQL, sql } from "drizzle-orm";
import { present } from "../kernel/columns.ts";
import { type At, prepared } from "../kernel/prepared.ts";
import { type Db, guard, isAnyOf, jsonRows, type Statement } from "../kernel/statement.ts";
import {
  lmsCategories,
  lmsCourseModules,
  lmsCourses,
  lmsCourseTags,
  lmsModuleSections,
} from "./schema.ts";

export {
  authoredModule,
  courseChanged,
  courseIdOfModule,
  moduleIdOfSection,
  reviseModule,
  sectionById,
} from "./authored.ts";
export { readOnly } from "./course.ts";
export { placed, position, tooMany, writeOrder } from "./order.ts";
export { filesOfModule } from "./outline.ts";
export { courseAuthorBy, courseAuthors, courseUpdateBy, ownCourse } from "./permissions.ts";
export {
  amongModules,
  amongSections,
  contentOfModules,
  contentOfSections,
  filesOfCourse,
  inModules,
  inSections,
  keepNames,
  type MadeNames,
  publishedModuleIds,
  publishedOutline,
  publishedSectionIds,
  readAtOnce,
} from "./published.ts";
export { type ChapterRow, insertCourse } from "./whole-course.ts";

export type CourseRow = typeof lmsCourses.$inferSelect;
export type ModuleRow = typeof lmsCourseModules.$inferSelect;
export type SectionRow = typeof lmsModuleSections.$inferSelect;

const mine = (orgId: At<IdOf>) => present(lmsCourses, orgId);

/** Where an id is asked for, an SQL that gives it does as well: a row read in the same batch knows it. */
export type IdOf = string | SQL;

export const courseById = prepared((db, orgId: At<IdOf>, courseId: At<IdOf>) =>
  db
    .select()
    .from(lmsCourses)
    .where(and(mine(orgId), eq(lmsCourses.id, courseId))),
);

/** `course` is an id or a slug, a former one too; a slug never has the form of an id. */
export const courseByRef = (db: Db, orgId: string, course: string) =>
  courseById(db, orgId, courseIdOf(orgId, course));

/** The course's modules in their order, unpublished ones too. */
export const modulesOf = (db: Db, orgId: string, courseId: IdOf) =>
  db
    .select()
    .from(lmsCourseModules)
    .where(and(present(lmsCourseModules, orgId), eq(lmsCourseModules.courseId, courseId)))
    .orderBy(asc(lmsCourseModules.position), asc(lmsCourseModules.id));

/** Active and completed enrollments of a course, raised or lowered with the transition itself. */
export const countEnrolled = prepared(
  (db, orgId: At<string>, courseId: At<string>, by: At<1 | -1>) =>
    db
      .update(lmsCourses)
      .set({ enrolledCount: sql`${lmsCourses.enrolledCount} + ${by}` })
      .where(and(mine(orgId), eq(lmsCourses.id, courseId))),
);

/** The same for the enrollments of several courses, in one statement. */
export function countManyEnrolled(
  db: Db,
  orgId: string,
  byCourse: ReadonlyMap<string, readonly unknown[]>,
  by: 1 | -1,
): Statement {
  const counts = jsonRows([...byCourse].map(([id, some]) => [id, by * some.length]));
  return db
    .update(lmsCourses)
    .set({
      enrolledCount: sql`${lmsCourses.enrolledCount} + (select value ->> '$[1]' from ${counts}
        where value ->> '$[0]' = ${lmsCourses.id})`,
    })
    .where(and(mine(orgId), isAnyOf(lmsCourses.id, [...byCourse.keys()])));
}

export const tagsOf = (db: Db, courseId: IdOf) =>
  db
    .select({ tag: lmsCourseTags.tag })
    .from(lmsCourseTags)
    .where(eq(lmsCourseTags.courseId, courseId))
    .orderBy(asc(lmsCourseTags.tag));

export const categoryById = (db: Db, orgId: string, categoryId: string) =>
  db
    .select()
    .from(lmsCategories)
    .where(and(present(lmsCategories, orgId), eq(lmsCategories.id, categoryId)));

/** A category may be deleted while another root is being put into it. */
export const guardCategory = (
  db: Db,
  orgId: string,
  categoryId: string | null | undefined,
): Statement[] => (categoryId ? [guard(db, exists(categoryById(db, orgId, categoryId)))] : []);

/** Whoever holds a slug now. */
export const slugTaken = (db: Db, orgId: string, slug: string) =>
  db
    .select({ id: lmsCourses.id })
    .from(lmsCourses)
    .where(and(mine(orgId), eq(lmsCourses.slug, slug)));

/** A course's instructor and title, for a row that names the course. */
export const courseInstructorOf = (orgId: IdOf, courseId: SQL): SQL<string | null> =>
  sql`(select instructor_id from lms_courses where organization_id = ${orgId} and id = ${courseId})`;

export const courseIdsOfInstructor = (orgId: IdOf, instructorId: IdOf): SQL =>
  sql`(select id from lms_courses where organization_id = ${orgId}
    and instructor_id = ${instructorId} and deleted_at is null)`;

export const courseTitleOf = (orgId: IdOf, courseId: SQL): SQL<string | null> =>
  sql`(select title from lms_courses where organization_id = ${orgId} and id = ${courseId})`;

/** The id behind a course's slug, present or former; else the reference itself. An index serves each. */
export const courseIdOf = (orgId: string, course: string): SQL =>
  sql`coalesce((select id from lms_courses where organization_id = ${orgId} and slug = ${course}
    and deleted_at is null), (select course_id from lms_slugs where organization_id = ${orgId}
    and slug = ${course}), ${course})`;

/** Sections of all modules of a course, in their order. */
export const sectionsOfCourse = (db: Db, orgId: string, courseId: IdOf) =>
  db
    .select()
    .from(lmsModuleSections)
    .where(
      and(
        eq(lmsModuleSections.organizationId, orgId),
        isNull(lmsModuleSections.deletedAt),
        sql`${lmsModuleSections.moduleId} in (select id from lms_course_modules
          where course_id = ${courseId} and deleted_at is null)`,
      ),
    )
    .orderBy(asc(lmsModuleSections.position), asc(lmsModuleSections.id));

/** The course's modules in their order without their content, unpublished ones too. */
export const moduleOutlineOf = prepared((db, orgId: At<string>, courseId: At<IdOf>) =>
  db
    .select({
      id: lmsCourseModules.id,
      chapterId: lmsCourseModules.chapterId,
      title: lmsCourseModules.title,
      type: lmsCourseModules.type,
      position: lmsCourseModules.position,
      estimatedMinutes: lmsCourseModules.estimatedMinutes,
      isFree: lmsCourseModules.isFree,
      isPublished: lmsCourseModules.isPublished,
      isRequired: lmsCourseModules.isRequired,
      requiredPrevious: lmsCourseModules.requiredPrevious,
    })
    .from(lmsCourseModules)
    .where(and(present(lmsCourseModules, orgId), eq(lmsCourseModules.courseId, courseId)))
    .orderBy(asc(lmsCourseModules.position), asc(lmsCourseModules.id)),
);

/** The modules of several courses, each course's in their order, with what says which step is next. */
export const moduleOutlinesAmong = (db: Db, orgId: string, courseIds: SQL) =>
  db
    .select({
      id: lmsCourseModules.id,
      courseId: lmsCourseModules.courseId,
      title: lmsCourseModules.title,
      type: lmsCourseModules.type,
      isPublished: lmsCourseModules.isPublished,
      isFree: lmsCourseModules.isFree,
      isRequired: lmsCourseModules.isRequired,
      requiredPrevious: lmsCourseModules.requiredPrevious,
    })
    .from(lmsCourseModules)
    .where(and(present(lmsCourseModules, orgId), sql`${lmsCourseModules.courseId} in ${courseIds}`))
    .orderBy(asc(lmsCourseModules.position), asc(lmsCourseModules.id));

/** What names several courses to a reader. */
export const courseNamesAmong = (db: Db, orgId: string, courseIds: SQL) =>
  db
    .select({ id: lmsCourses.id, title: lmsCourses.title, slug: lmsCourses.slug })
    .from(lmsCourses)
    .where(and(mine(orgId), sql`${lmsCourses.id} in ${courseIds}`));

/** A published module of a course. */
export const moduleById = (db: Db, orgId: string, moduleId: IdOf, courseId: IdOf) =>
  db
    .select()
    .from(lmsCourseModules)
    .where(
      and(
        present(lmsCourseModules, orgId),
        eq(lmsCourseModules.id, moduleId),
        eq(lmsCourseModules.courseId, courseId),
        eq(lmsCourseModules.isPublished, true),
      ),
    );

export const sectionsOfModule = (db: Db, orgId: string, moduleId: string) =>
  db
    .select()
    .from(lmsModuleSections)
    .where(and(present(lmsModuleSections, orgId), eq(lmsModuleSections.moduleId, moduleId)))
    .orderBy(asc(lmsModuleSections.position), asc(lmsModuleSections.id));

/** The session that a live-session module stands for. */
export const sessionIdOfModule = (orgId: string, moduleId: string): SQL =>
  sql`(select content ->> '$.sessionId' from lms_course_modules
    where organization_id = ${orgId} and id = ${moduleId})`;

/** The sessions that the live-session modules of a course stand for. */
export const sessionIdsOfCourse = (orgId: string, courseId: IdOf): SQL =>
  sql`(select content ->> '$.sessionId' from lms_course_modules
    where organization_id = ${orgId} and course_id = ${courseId} and type = 'live-session')`;

/** Fails the batch where a course is no longer offered at the price that was read. */
export const whileOffered = (
  db: Db,
  course: Pick<CourseRow, "id" | "organizationId" | "priceAmount" | "priceCurrency">,
): Statement =>
  offered(db, course.id, course.organizationId, course.priceAmount, course.priceCurrency);

const offered = prepared(
  (db, id: At<string>, orgId: At<string>, amount: At<number | null>, currency: At<string | null>) =>
    guard(
      db,
      sql`exists (select 1 from lms_courses where id = ${id}
      and organization_id = ${orgId} and status = 'published'
      and deleted_at is null and price_amount is ${amount}
      and price_currency is ${currency})`,
    ),
);

/** Fails the batch where a course is no longer published. */
export const whilePublished = (
  db: Db,
  course: Pick<CourseRow, "id" | "organizationId">,
): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_courses where id = ${course.id}
      and organization_id = ${course.organizationId} and status = 'published'
      and deleted_at is null)`,
  );

/** Fails the batch where a course has become read-only since it was read. */
export const whileEditable = (
  db: Db,
  course: Pick<CourseRow, "id" | "organizationId">,
): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_courses where id = ${course.id}
      and organization_id = ${course.organizationId} and status in ('draft', 'published')
      and deleted_at is null)`,
  );

/** Fails the batch where a course has been archived since it was read. */
export const whileNotArchived = (
  db: Db,
  course: Pick<CourseRow, "id" | "organizationId">,
): Statement =>
  guard(
    db,
    sql`exists (select 1 from lms_courses where id = ${course.id}
      and organization_id = ${course.organizationId} and status <> 'archived'
      and deleted_at is null)`,
  );

/** What is said of courses and modules to people, by their ids; a deleted one is told of still. */
export const coursesAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({
      id: lmsCourses.id,
      title: lmsCourses.title,
      status: lmsCourses.status,
      rejectionReason: lmsCourses.rejectionReason,
    })
    .from(lmsCourses)
    .where(and(eq(lmsCourses.organizationId, orgId), isAnyOf(lmsCourses.id, ids)));

export const modulesAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({ id: lmsCourseModules.id, title: lmsCourseModules.title })
    .from(lmsCourseModules)
    .where(and(eq(lmsCourseModules.organizationId, orgId), isAnyOf(lmsCourseModules.id, ids)));
/** Whether the module that a row stands in is shown to learners; a row without one always is. */
export const inPublishedModule = (moduleId: SQL): SQL =>
  sql`(${moduleId} is null or exists (select 1 from lms_course_modules as shown
    where shown.id = ${moduleId} and shown.is_published and shown.deleted_at is null))`;
