import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { filesAmong } from "../files/statements.ts";
import { present } from "../kernel/columns.ts";
import { type Db, isAnyOf, jsonRows, type Statement } from "../kernel/statement.ts";
import { lmsCourseChapters, lmsCourseModules, lmsCourses, lmsModuleSections } from "./schema.ts";

/** Characters of content that travel with the outline; of a course with more, it is read page by page. */
const AT_ONCE_MAX = 2_000_000;

/** The modules of a course that learners see. */
export const publishedModuleIds = (orgId: string, courseId: string): SQL =>
  sql`(select id from lms_course_modules where organization_id = ${orgId}
    and course_id = ${courseId} and is_published and deleted_at is null)`;

/** The sections of those modules. */
export const publishedSectionIds = (orgId: string, courseId: string): SQL =>
  sql`(select id from lms_module_sections where deleted_at is null
    and module_id in ${publishedModuleIds(orgId, courseId)})`;

/** Whether all content of a course is little enough to be read with its outline. */
export const readAtOnce = (orgId: string, courseId: string): SQL =>
  sql`(select coalesce(sum(length(content)), 0) from lms_course_modules
      where id in ${publishedModuleIds(orgId, courseId)})
    + (select coalesce(sum(length(content)), 0) from lms_module_sections
      where module_id in ${publishedModuleIds(orgId, courseId)} and deleted_at is null)
    <= ${AT_ONCE_MAX}`;

/** What a published course is made of, without its content; `size` is that content's, in characters. */
export const publishedOutline = (db: Db, orgId: string, courseId: string) => ({
  chapters: db
    .select({
      id: lmsCourseChapters.id,
      title: lmsCourseChapters.title,
      urlName: lmsCourseChapters.urlName,
    })
    .from(lmsCourseChapters)
    .where(and(present(lmsCourseChapters, orgId), eq(lmsCourseChapters.courseId, courseId)))
    .orderBy(asc(lmsCourseChapters.position), asc(lmsCourseChapters.id)),
  modules: db
    .select({
      id: lmsCourseModules.id,
      chapterId: lmsCourseModules.chapterId,
      title: lmsCourseModules.title,
      type: lmsCourseModules.type,
      urlName: lmsCourseModules.urlName,
      isDescribed: sql<number>`${lmsCourseModules.description} <> ''`.as("is_described"),
      hasObjectives: sql<number>`${lmsCourseModules.learningObjectives} <> '[]'`.as(
        "has_objectives",
      ),
      /** Any of what says how a learner has to go through it. */
      hasTerms:
        sql<number>`not ${lmsCourseModules.isRequired} or ${lmsCourseModules.requiredPrevious}
        or ${lmsCourseModules.isFree} or ${lmsCourseModules.minimumSeconds} is not null
        or ${lmsCourseModules.masteryScore} is not null`.as("has_terms"),
      assignmentId: sql<string | null>`${lmsCourseModules.content} ->> '$.assignmentId'`.as(
        "assignment_id",
      ),
      size: sql<number>`coalesce(length(${lmsCourseModules.content}), 0)`.as("size"),
    })
    .from(lmsCourseModules)
    .where(
      and(
        present(lmsCourseModules, orgId),
        eq(lmsCourseModules.courseId, courseId),
        eq(lmsCourseModules.isPublished, true),
      ),
    )
    .orderBy(asc(lmsCourseModules.position), asc(lmsCourseModules.id)),
  sections: db
    .select({
      id: lmsModuleSections.id,
      moduleId: lmsModuleSections.moduleId,
      title: lmsModuleSections.title,
      type: lmsModuleSections.type,
      urlName: lmsModuleSections.urlName,
      isRequired: lmsModuleSections.isRequired,
      size: sql<number>`coalesce(length(${lmsModuleSections.content}), 0)`.as("size"),
    })
    .from(lmsModuleSections)
    .where(
      and(
        present(lmsModuleSections, orgId),
        sql`${lmsModuleSections.moduleId} in ${publishedModuleIds(orgId, courseId)}`,
      ),
    )
    .orderBy(asc(lmsModuleSections.position), asc(lmsModuleSections.id)),
});

/** The content of modules and of sections, by conditions on their own tables. */
export const contentOfModules = (db: Db, orgId: string, which: SQL | undefined) =>
  db
    .select({ id: lmsCourseModules.id, content: lmsCourseModules.content })
    .from(lmsCourseModules)
    .where(and(present(lmsCourseModules, orgId), which));

export const contentOfSections = (db: Db, orgId: string, which: SQL | undefined) =>
  db
    .select({
      id: lmsModuleSections.id,
      content: lmsModuleSections.content,
      resources: lmsModuleSections.resources,
    })
    .from(lmsModuleSections)
    .where(and(present(lmsModuleSections, orgId), which));

export const amongModules = (ids: readonly string[]): SQL => isAnyOf(lmsCourseModules.id, ids);
export const amongSections = (ids: readonly string[]): SQL => isAnyOf(lmsModuleSections.id, ids);
export const inModules = (ids: SQL): SQL => sql`${lmsCourseModules.id} in ${ids}`;
export const inSections = (ids: SQL): SQL => sql`${lmsModuleSections.id} in ${ids}`;

/** The files that the published content of a course names. */
export const filesOfCourse = (db: Db, orgId: string, courseId: string) =>
  filesAmong(
    db,
    orgId,
    sql`select leaf.value from lms_course_modules as module, json_tree(module.content) as leaf
        where module.id in ${publishedModuleIds(orgId, courseId)} and leaf.key = 'fileId'
      union select leaf.value from lms_module_sections as section,
          json_tree(section.content) as leaf
        where section.id in ${publishedSectionIds(orgId, courseId)} and leaf.key = 'fileId'
      union select leaf.value from lms_module_sections as section,
          json_tree(section.resources) as leaf
        where section.id in ${publishedSectionIds(orgId, courseId)} and leaf.key = 'fileId'`,
  );

/** Names by the id of the row that keeps them. */
export type MadeNames = {
  courseCode?: string;
  chapters: readonly (readonly [id: string, name: string])[];
  modules: readonly (readonly [id: string, name: string])[];
  sections: readonly (readonly [id: string, name: string])[];
};

/** Kept for ever, once: a name that a row has meanwhile stays. No version is raised: nobody edits a name. */
export const keepNames = (
  db: Db,
  orgId: string,
  courseId: string,
  { courseCode, chapters, modules, sections }: MadeNames,
): Statement[] => [
  ...(courseCode === undefined
    ? []
    : [
        db
          .update(lmsCourses)
          .set({ courseCode })
          .where(
            and(
              present(lmsCourses, orgId),
              eq(lmsCourses.id, courseId),
              sql`${lmsCourses.courseCode} is null`,
            ),
          ),
      ]),
  ...namedRows(db, "lms_course_chapters", orgId, chapters),
  ...namedRows(db, "lms_course_modules", orgId, modules),
  ...namedRows(db, "lms_module_sections", orgId, sections),
];

const namedRows = (
  db: Db,
  table: "lms_course_chapters" | "lms_course_modules" | "lms_module_sections",
  orgId: string,
  names: readonly (readonly [string, string])[],
): Statement[] =>
  names.length === 0
    ? []
    : [
        db.all(sql`update ${sql.identifier(table)} set url_name = made.value ->> '$[1]'
          from ${jsonRows(names)} as made
          where ${sql.identifier(table)}.id = made.value ->> '$[0]'
            and organization_id = ${orgId} and url_name is null`),
      ];
