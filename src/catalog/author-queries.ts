import * as z from "zod";
import { filesToRead, fileToRead } from "../files/statements.ts";
import { refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { pageInput, pageOutput } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { chaptersOf } from "./authoring.ts";
import { chapterAnswer, showChapter } from "./chapter.ts";
import { courseAnswer, courseSummary, showToAuthor } from "./course.ts";
import { coursesListed, coursesPage, listFault } from "./list.ts";
import { courseFilter, searchText } from "./list-filter.ts";
import { moduleAnswer, moduleLine, showLine, showModule } from "./module.ts";
import { authoredLines, authoredSectionLines, filesOfModule } from "./outline.ts";
import { courseAuthorBy, courseAuthors } from "./permissions.ts";
import { sectionAnswer, showSection } from "./section.ts";
import {
  authoredModule,
  courseById,
  courseIdOfModule,
  sectionsOfModule,
  tagsOf,
} from "./statements.ts";

const { status, instructorId, categoryId } = courseFilter;

export const instructorCourses = query({
  type: "lms.instructor.courses",
  summary: "One's own courses in every state; lms-admin may name another instructor",
  input: z.strictObject({ ...pageInput, status, instructorId, search: searchText.optional() }),
  output: pageOutput(courseSummary),
  permission: { action: "course:list-own", any: ["instructor", "lms-admin"] },
  fault: (input, actor) => {
    const own = (input.instructorId ?? actor.id) === actor.id;
    if (own || actor.type === "system" || actor.roles.includes("lms-admin")) {
      return listFault({ ...input, instructorId: input.instructorId ?? actor.id });
    }
    return refuse("PERMISSION_DENIED", "Permission denied: course:list-own of another instructor");
  },
  read: ({ db, input, actor }) => ({
    courses: coursesListed(db, actor.orgId, {
      ...input,
      instructorId: input.instructorId ?? actor.id,
    }),
  }),
  answer: ({ courses }, { input, actor }) =>
    coursesPage({ ...input, instructorId: input.instructorId ?? actor.id }, courses),
});

export const adminCourses = query({
  type: "lms.admin.courses",
  summary: "All courses of the organization in every state, the newest first",
  input: z.strictObject({
    ...pageInput,
    status,
    instructorId,
    categoryId,
    search: searchText.optional(),
  }),
  output: pageOutput(courseSummary),
  permission: { action: "course:list-all", any: ["lms-admin"] },
  fault: listFault,
  read: ({ db, input, actor }) => ({ courses: coursesListed(db, actor.orgId, input) }),
  answer: ({ courses }, { input }) => coursesPage(input, courses),
});

export const instructorCourse = query({
  type: "lms.instructor.course",
  summary: "A course as its author sees it, with its last rejection",
  input: z.strictObject({ courseId: id }),
  output: courseAnswer,
  permission: courseAuthorBy,
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    tags: tagsOf(db, input.courseId),
  }),
  own: courseAuthors,
  answer: ({ course, tags }) =>
    showToAuthor(
      course,
      tags.map((one) => one.tag),
    ),
});

const sectionLine = sectionAnswer.omit({
  content: true,
  resources: true,
  createdAt: true,
  updatedAt: true,
});

export const instructorModules = query({
  type: "lms.instructor.modules",
  summary: "A course's modules in their order, unpublished ones too, with their sections' titles",
  input: z.strictObject({ courseId: id }),
  output: z.object({
    courseId: z.string(),
    data: z.array(moduleLine.extend({ version: z.int(), sections: z.array(sectionLine) })),
  }),
  permission: courseAuthorBy,
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    modules: authoredLines(db, actor.orgId, input.courseId),
    sections: authoredSectionLines(db, actor.orgId, input.courseId),
  }),
  own: courseAuthors,
  answer: ({ course, modules, sections }) => {
    const byModule = Map.groupBy(sections, (section) => section.moduleId);
    return {
      courseId: course.id,
      data: modules.map((module) => ({
        ...showLine(module),
        version: module.version,
        sections: byModule.get(module.id) ?? [],
      })),
    };
  },
});

export const instructorChapters = query({
  type: "lms.instructor.chapters",
  summary: "A course's chapters in their order",
  input: z.strictObject({ courseId: id }),
  output: z.object({ courseId: z.string(), data: z.array(chapterAnswer) }),
  permission: courseAuthorBy,
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    chapters: chaptersOf(db, actor.orgId, input.courseId),
  }),
  own: courseAuthors,
  answer: ({ course, chapters }) => ({ courseId: course.id, data: chapters.map(showChapter) }),
});

export const instructorModule = query({
  type: "lms.instructor.module",
  summary: "A module with its content, its sections, and addresses of the files they name",
  input: z.strictObject({ moduleId: id }),
  output: moduleAnswer.extend({
    sections: z.array(sectionAnswer),
    files: z.array(fileToRead),
  }),
  permission: courseAuthorBy,
  read: ({ db, input, actor }) => ({
    module: found("Module", authoredModule(db, actor.orgId, input.moduleId)),
    course: found(
      "Module",
      courseById(db, actor.orgId, courseIdOfModule(actor.orgId, input.moduleId)),
    ),
    sections: sectionsOfModule(db, actor.orgId, input.moduleId),
    files: filesOfModule(db, actor.orgId, input.moduleId),
  }),
  own: courseAuthors,
  answer: async ({ module, sections, files }, ask) => ({
    ...showModule(module),
    sections: sections.map(showSection),
    files: await filesToRead(files, ask),
  }),
});
