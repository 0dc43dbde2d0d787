import { getTableColumns } from "drizzle-orm";
import { type Db, insertManyInParts, type Statement } from "../kernel/statement.ts";
import { lmsCourseChapters, lmsCourseModules, lmsCourses, lmsModuleSections } from "./schema.ts";
import { indexCourse, titlesFound } from "./search.ts";

export type ChapterRow = typeof lmsCourseChapters.$inferSelect;

type Whole = {
  course: typeof lmsCourses.$inferSelect;
  chapters: readonly ChapterRow[];
  modules: readonly (typeof lmsCourseModules.$inferSelect)[];
  sections: readonly (typeof lmsModuleSections.$inferSelect)[];
};

/** A course that comes whole from elsewhere, with its row in the search index. */
export const insertCourse = (
  db: Db,
  { course, chapters, modules, sections }: Whole,
): Statement[] => [
  db.insert(lmsCourses).values(course),
  ...insertManyInParts(db, lmsCourseChapters, getTableColumns(lmsCourseChapters), chapters),
  ...insertManyInParts(db, lmsCourseModules, getTableColumns(lmsCourseModules), modules),
  ...insertManyInParts(db, lmsModuleSections, getTableColumns(lmsModuleSections), sections),
  ...indexCourse(db, course, { tags: [], modules: titlesFound(modules) }),
];
