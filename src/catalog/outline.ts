import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { filesAmong } from "../files/statements.ts";
import { present } from "../kernel/columns.ts";
import type { Db } from "../kernel/statement.ts";
import { lmsCourseModules, lmsModuleSections } from "./schema.ts";
import type { IdOf } from "./statements.ts";

const { content } = lmsCourseModules;

const line = {
  id: lmsCourseModules.id,
  courseId: lmsCourseModules.courseId,
  chapterId: lmsCourseModules.chapterId,
  title: lmsCourseModules.title,
  description: lmsCourseModules.description,
  learningObjectives: lmsCourseModules.learningObjectives,
  position: lmsCourseModules.position,
  type: lmsCourseModules.type,
  estimatedMinutes: lmsCourseModules.estimatedMinutes,
  isFree: lmsCourseModules.isFree,
  isPublished: lmsCourseModules.isPublished,
  isRequired: lmsCourseModules.isRequired,
  requiredPrevious: lmsCourseModules.requiredPrevious,
};

const inCourse = (orgId: string, courseId: IdOf) =>
  and(present(lmsCourseModules, orgId), eq(lmsCourseModules.courseId, courseId));

const inOrder = [asc(lmsCourseModules.position), asc(lmsCourseModules.id)];

/** All modules as their author lists them, without their content. */
export const authoredLines = (db: Db, orgId: string, courseId: IdOf) =>
  db
    .select({ ...line, version: lmsCourseModules.version })
    .from(lmsCourseModules)
    .where(inCourse(orgId, courseId))
    .orderBy(...inOrder);

/** The published modules; the content of a free one alone leaves the database. */
export const publicLines = (db: Db, orgId: string, courseId: IdOf) =>
  db
    .select({
      ...line,
      content: sql<Record<string, unknown> | null>`case when is_free then ${content} end`
        .mapWith(content)
        .as("free_content"),
    })
    .from(lmsCourseModules)
    .where(and(inCourse(orgId, courseId), eq(lmsCourseModules.isPublished, true)))
    .orderBy(...inOrder);

const ofFreeModule = (column: SQLiteColumn) =>
  sql`case when (select is_free from lms_course_modules where id = ${lmsModuleSections.moduleId})
    then ${column} end`;

const sectionLine = {
  id: lmsModuleSections.id,
  moduleId: lmsModuleSections.moduleId,
  title: lmsModuleSections.title,
  position: lmsModuleSections.position,
  type: lmsModuleSections.type,
  estimatedMinutes: lmsModuleSections.estimatedMinutes,
  isRequired: lmsModuleSections.isRequired,
};

const sectionsWithin = (orgId: string, courseId: IdOf, which: SQL) =>
  and(
    eq(lmsModuleSections.organizationId, orgId),
    isNull(lmsModuleSections.deletedAt),
    sql`${lmsModuleSections.moduleId} in (select id from lms_course_modules
      where course_id = ${courseId} and deleted_at is null and ${which})`,
  );

const sectionsInOrder = [asc(lmsModuleSections.position), asc(lmsModuleSections.id)];

export const authoredSectionLines = (db: Db, orgId: string, courseId: IdOf) =>
  db
    .select({ ...sectionLine, version: lmsModuleSections.version })
    .from(lmsModuleSections)
    .where(sectionsWithin(orgId, courseId, sql`1`))
    .orderBy(...sectionsInOrder);

export const publicSectionLines = (db: Db, orgId: string, courseId: IdOf) =>
  db
    .select({
      ...sectionLine,
      content: sql<Record<string, unknown> | null>`${ofFreeModule(lmsModuleSections.content)}`
        .mapWith(lmsModuleSections.content)
        .as("free_content"),
      resources: sql<
        { title: string; url?: string; fileId?: string }[] | null
      >`${ofFreeModule(lmsModuleSections.resources)}`
        .mapWith(lmsModuleSections.resources)
        .as("free_resources"),
    })
    .from(lmsModuleSections)
    .where(sectionsWithin(orgId, courseId, sql`is_published`))
    .orderBy(...sectionsInOrder);

/** The files that modules and their sections name: at whatever depth `fileId` stands in them. */
const filesNamedIn = (db: Db, orgId: string, modules: SQL) => {
  const sections = sql`lms_module_sections as section, named`;
  return filesAmong(
    db,
    orgId,
    sql`with named as (select id, content from lms_course_modules
        where organization_id = ${orgId} and deleted_at is null and ${modules})
      select leaf.value from named, json_tree(named.content) as leaf where leaf.key = 'fileId'
      union select leaf.value from ${sections}, json_tree(section.content) as leaf
        where section.module_id = named.id and section.deleted_at is null and leaf.key = 'fileId'
      union select leaf.value from ${sections}, json_tree(section.resources) as leaf
        where section.module_id = named.id and section.deleted_at is null and leaf.key = 'fileId'`,
  );
};

export const filesOfModule = (db: Db, orgId: string, moduleId: IdOf) =>
  filesNamedIn(db, orgId, sql`id = ${moduleId}`);

export const filesOfFreeModules = (db: Db, orgId: string, courseId: IdOf) =>
  filesNamedIn(db, orgId, sql`course_id = ${courseId} and is_published and is_free`);
