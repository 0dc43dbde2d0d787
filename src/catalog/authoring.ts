import { and, asc, eq, sql } from "drizzle-orm";
import { assignmentById } from "../assessment/statements.ts";
import { filesById, unusableFile } from "../files/statements.ts";
import { present } from "../kernel/columns.ts";
import { notFound, type Refusal } from "../kernel/error.ts";
import type { Actor } from "../kernel/permission.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { sessionById } from "../live/statements.ts";
import { assignmentNamed, filesNamed, sessionNamed } from "./content.ts";
import { lmsCourseChapters, lmsModuleSections } from "./schema.ts";
import {
  authoredModule,
  courseById,
  courseIdOfModule,
  type IdOf,
  moduleIdOfSection,
  moduleOutlineOf,
  sectionById,
  tagsOf,
} from "./statements.ts";

export type ChapterRow = typeof lmsCourseChapters.$inferSelect;

export const chapterById = (db: Db, orgId: string, chapterId: string) =>
  db
    .select()
    .from(lmsCourseChapters)
    .where(and(present(lmsCourseChapters, orgId), eq(lmsCourseChapters.id, chapterId)));

export const chaptersOf = (db: Db, orgId: string, courseId: IdOf) =>
  db
    .select()
    .from(lmsCourseChapters)
    .where(and(present(lmsCourseChapters, orgId), eq(lmsCourseChapters.courseId, courseId)))
    .orderBy(asc(lmsCourseChapters.position), asc(lmsCourseChapters.id));

export const sectionIdsOf = (db: Db, orgId: string, moduleId: IdOf) =>
  db
    .select({ id: lmsModuleSections.id })
    .from(lmsModuleSections)
    .where(and(present(lmsModuleSections, orgId), eq(lmsModuleSections.moduleId, moduleId)))
    .orderBy(asc(lmsModuleSections.position), asc(lmsModuleSections.id));

export const courseIdOfChapter = (orgId: string, chapterId: string) =>
  sql`(select course_id from lms_course_chapters where id = ${chapterId}
    and organization_id = ${orgId})`;

/** A course with what its row in the search index is made of. */
export const indexedCourse = (db: Db, orgId: string, courseId: IdOf) => ({
  course: found("Course", courseById(db, orgId, courseId)),
  tags: tagsOf(db, courseId),
  outline: moduleOutlineOf(db, orgId, courseId),
});

type Named = { content?: unknown; resources?: readonly { fileId?: string | undefined }[] };

const filesIn = (holders: readonly Named[]): string[] => [
  ...new Set(
    holders.flatMap((one) => [
      ...filesNamed(one.content),
      ...(one.resources?.flatMap(({ fileId }) => (fileId === undefined ? [] : [fileId])) ?? []),
    ]),
  ),
];

/** What modules and sections name by id, read in the batch of the command that writes them. */
export function namedBy(db: Db, orgId: string, ...holders: readonly Named[]) {
  const fileIds = filesIn(holders);
  const sessionId = holders.map((one) => sessionNamed(one.content)).find((one) => one);
  const assignmentId = holders.map((one) => assignmentNamed(one.content)).find((one) => one);
  return {
    files: fileIds.length > 0 ? filesById(db, orgId, fileIds) : undefined,
    session: sessionId === undefined ? undefined : maybe(sessionById(db, orgId, sessionId)),
    assignment:
      assignmentId === undefined ? undefined : maybe(assignmentById(db, orgId, assignmentId)),
  };
}

type ReadNamed = {
  files?: Parameters<typeof unusableFile>[0] | undefined;
  session?: { courseId: string } | undefined;
  assignment?: { courseId: string } | undefined;
};

/** The files to attach, or the refusal where one, the session or the assignment is not the author's to name. */
export function usableNamed(
  { files = [], session, assignment }: ReadNamed,
  holders: readonly Named[],
  actor: Actor,
  courseId: string,
): { fileIds: string[] } | Refusal<"NOT_FOUND"> {
  const fileIds = filesIn(holders);
  const missing = unusableFile(files, fileIds, actor, courseId);
  if (missing) return missing;
  const leads = holders.some((one) => sessionNamed(one.content) !== undefined);
  if (leads && session?.courseId !== courseId) return notFound("Session");
  const asks = holders.some((one) => assignmentNamed(one.content) !== undefined);
  return asks && assignment?.courseId !== courseId ? notFound("Assignment") : { fileIds };
}

/** A section with its module and course, and the order it stands in. */
export function readSection(db: Db, orgId: string, sectionId: string) {
  const moduleId = moduleIdOfSection(orgId, sectionId);
  return {
    section: found("Section", sectionById(db, orgId, sectionId)),
    module: found("Section", authoredModule(db, orgId, moduleId)),
    course: found("Section", courseById(db, orgId, courseIdOfModule(orgId, moduleId))),
    present: sectionIdsOf(db, orgId, moduleId),
  };
}
