import * as z from "zod";
import { openCohortsOf } from "../cohorts/statements.ts";
import { filesToRead, fileToRead } from "../files/statements.ts";
import { notFound } from "../kernel/error.ts";
import { pageInput, pageOutput } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { calendarDate } from "../kernel/time.ts";
import { chaptersOf } from "./authoring.ts";
import { resources } from "./content.ts";
import { courseAnswer, courseRef, courseSummary, showCourse } from "./course.ts";
import { coursesListed, coursesPage, listFault } from "./list.ts";
import { courseFilter, searchText } from "./list-filter.ts";
import { moduleLine, showLine } from "./module.ts";
import { filesOfFreeModules, publicLines, publicSectionLines } from "./outline.ts";
import { catalogueReadBy } from "./permissions.ts";
import { sectionAnswer } from "./section.ts";
import { courseByRef, courseIdOf, tagsOf } from "./statements.ts";
import { enrollmentIn, filterFor, maySee, statusFault } from "./visible.ts";

export const coursesList = query({
  type: "lms.courses.list",
  summary: "The catalogue, the newest first; with a price by price, with `search` by rank",
  input: z.strictObject({ ...pageInput, ...courseFilter, search: searchText.optional() }),
  output: pageOutput(courseSummary),
  permission: catalogueReadBy,
  catalogue: true,
  fault: (input, actor) => statusFault(input, actor) ?? listFault(filterFor(input, actor)),
  read: ({ db, input, actor }) => ({
    courses: coursesListed(db, actor.orgId, filterFor(input, actor)),
  }),
  answer: ({ courses }, { input, actor }) => coursesPage(filterFor(input, actor), courses),
});

const searchInput = z
  .strictObject({
    q: searchText,
    ...pageInput,
    ...courseFilter,
    filters: z.strictObject(courseFilter).optional().describe("The same filters in one object"),
  })
  .transform(({ q, filters, ...ask }) => ({ ...filters, ...ask, search: q }));

export const coursesSearch = query({
  type: "lms.courses.search",
  summary:
    "Courses by words of their titles, tags, objectives, modules and descriptions, the best first",
  input: searchInput,
  output: pageOutput(courseSummary),
  permission: catalogueReadBy,
  catalogue: true,
  fault: (input, actor) => statusFault(input, actor) ?? listFault(filterFor(input, actor)),
  read: ({ db, input, actor }) => ({
    courses: coursesListed(db, actor.orgId, filterFor(input, actor)),
  }),
  answer: ({ courses }, { input, actor }) => coursesPage(filterFor(input, actor), courses),
});

const openCohort = z.object({
  id: z.string(),
  name: z.string(),
  startDate: calendarDate,
  endDate: calendarDate,
  timezone: z.string(),
  capacity: z.int(),
  freePlaces: z.int(),
});

export const coursesGetBySlug = query({
  type: "lms.courses.getBySlug",
  summary: "A course by its slug, a former one too, or by its id",
  input: z.strictObject({ slug: courseRef }),
  output: courseAnswer.extend({ cohorts: z.array(openCohort) }),
  permission: catalogueReadBy,
  catalogue: true,
  read: ({ db, input, actor }) => ({
    course: found("Course", courseByRef(db, actor.orgId, input.slug)),
    tags: tagsOf(db, courseIdOf(actor.orgId, input.slug)),
    enrollment: enrollmentIn(db, actor, input.slug),
    cohorts: openCohortsOf(db, actor.orgId, courseIdOf(actor.orgId, input.slug)),
  }),
  answer: ({ course, tags, enrollment, cohorts }, { actor }) => {
    if (!maySee(course, actor, enrollment)) return notFound("Course");
    const shown = showCourse(
      course,
      tags.map((one) => one.tag),
    );
    return {
      ...shown,
      cohorts: cohorts.map(({ id, name, startDate, endDate, timezone, capacity, seatsTaken }) => ({
        id,
        name,
        startDate,
        endDate,
        timezone,
        capacity,
        freePlaces: Math.max(0, capacity - seatsTaken),
      })),
    };
  },
  renamed: (course, { slug }) =>
    slug === course.id || slug === course.slug ? undefined : { slug: course.slug },
});

const freeSection = sectionAnswer
  .omit({ createdAt: true, updatedAt: true, version: true })
  .extend({ resources: resources.nullable() });

export const coursesModules = query({
  type: "lms.courses.modules",
  summary: "A course's published modules with their sections; the content of free ones alone",
  input: z.strictObject({ courseId: courseRef }),
  output: z.object({
    courseId: z.string(),
    chapters: z.array(z.object({ id: z.string(), title: z.string(), position: z.int() })),
    data: z.array(
      moduleLine.extend({
        content: z.record(z.string(), z.unknown()).nullable(),
        sections: z.array(freeSection),
      }),
    ),
    files: z.array(fileToRead).describe("Those that free content names"),
  }),
  permission: catalogueReadBy,
  catalogue: true,
  read: ({ db, input, actor }) => {
    const courseId = courseIdOf(actor.orgId, input.courseId);
    return {
      course: found("Course", courseByRef(db, actor.orgId, input.courseId)),
      enrollment: enrollmentIn(db, actor, input.courseId),
      chapters: chaptersOf(db, actor.orgId, courseId),
      modules: publicLines(db, actor.orgId, courseId),
      sections: publicSectionLines(db, actor.orgId, courseId),
      files: filesOfFreeModules(db, actor.orgId, courseId),
    };
  },
  answer: async ({ course, enrollment, chapters, modules, sections, files }, ask) => {
    if (!maySee(course, ask.actor, enrollment)) return notFound("Course");
    const bySection = Map.groupBy(sections, (section) => section.moduleId);
    return {
      courseId: course.id,
      chapters: chapters.map(({ id, title, position }) => ({ id, title, position })),
      data: modules.map((module) => ({
        ...showLine(module),
        content: module.content,
        sections: bySection.get(module.id) ?? [],
      })),
      files: await filesToRead(files, ask),
    };
  },
});
