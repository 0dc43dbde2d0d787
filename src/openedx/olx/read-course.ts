import { sql } from "drizzle-orm";
import {
  assignmentLinesOf,
  assignmentsWhere,
  questionsAmong,
} from "../../assessment/statements.ts";
import {
  amongModules,
  amongSections,
  contentOfModules,
  contentOfSections,
  courseById,
  filesOfCourse,
  inModules,
  inSections,
  publishedModuleIds,
  publishedOutline,
  publishedSectionIds,
  readAtOnce,
  sessionIdsOfCourse,
} from "../../catalog/statements.ts";
import { type Db, found, type ReadMore, type Rows } from "../../kernel/statement.ts";
import { sessionsWithin } from "../../live/statements.ts";
import type { CourseInput, UnitContent, UnitInput } from "./course-input.ts";
import { componentsOf, type Facts, type PageRows } from "./unit-components.ts";

/** Everything of a course in one batch; the content of one too long for that is left to its pages. */
export function courseReads(db: Db, orgId: string, courseId: string) {
  const small = readAtOnce(orgId, courseId);
  const modules = publishedModuleIds(orgId, courseId);
  const sections = publishedSectionIds(orgId, courseId);
  return {
    course: found("Course", courseById(db, orgId, courseId)),
    ...publishedOutline(db, orgId, courseId),
    assignmentLines: assignmentLinesOf(db, orgId, courseId),
    files: filesOfCourse(db, orgId, courseId),
    sessions: sessionsWithin(db, orgId, sessionIdsOfCourse(orgId, courseId)),
    atOnce: db.select({ holds: sql<number>`${small}`.as("holds") }).from(sql`(select 1)`),
    moduleContents: contentOfModules(db, orgId, sql`${inModules(modules)} and ${small}`),
    sectionContents: contentOfSections(db, orgId, sql`${inSections(sections)} and ${small}`),
    questions: questionsAmong(
      db,
      orgId,
      sql`${small} and (module_id in ${modules} or section_id in ${sections} or assignment_id in
        (select id from lms_assignments where organization_id = ${orgId}
          and course_id = ${courseId}))`,
    ),
    assignments: assignmentsWhere(db, orgId, sql`${small} and course_id = ${courseId}`),
  };
}

type CourseRows = Rows<ReturnType<typeof courseReads>>;
type Ask = { db: Db; orgId: string; more: ReadMore };

/** The course of `courseReads` as other systems may take it. */
export function courseInputOf(rows: CourseRows, ask: Ask): CourseInput {
  const { course } = rows;
  const { chapters, left } = outlineOf(rows);
  const all = chapters.flatMap((chapter) => chapter.sections.flatMap((section) => section.units));
  return {
    courseId: course.id,
    orgId: course.organizationId,
    title: course.title,
    slug: course.slug,
    description: course.description,
    language: course.language,
    learningObjectives: course.learningObjectives,
    prerequisites: course.prerequisites,
    completionThreshold: course.completionThreshold,
    courseCode: course.courseCode,
    isPublished: course.status === "published",
    publishedAt: course.publishedAt,
    thumbnailKey: course.thumbnailKey,
    chapters,
    left,
    contents: () => contentsOf(rows, all, ask),
  };
}

const UNITS_A_PAGE = 100;
const CHARACTERS_A_PAGE = 1_000_000;

async function* contentsOf(
  rows: CourseRows,
  units: readonly UnitInput[],
  ask: Ask,
): AsyncIterable<UnitContent> {
  const known = factsOf(rows);
  if (rows.atOnce[0]?.holds) {
    yield* shown(units, rows, known);
    return;
  }
  for (const page of pagesOf(units, known)) {
    yield* shown(page, await ask.more(pageReads(page, ask)), known);
  }
}

/** What is told of once, with the outline. */
const factsOf = (rows: CourseRows): Facts => ({
  modules: new Map(rows.modules.map((one) => [one.id, one])),
  sections: new Map(rows.sections.map((one) => [one.id, one])),
  files: new Map(rows.files.map((one) => [one.id, one])),
  sessions: new Map(rows.sessions.map((one) => [one.id, one])),
  sectioned: new Set(rows.sections.map((one) => one.moduleId)),
  attached: Map.groupBy(rows.assignmentLines, (one) => one.moduleId ?? ""),
});

function* shown(units: readonly UnitInput[], page: PageRows, facts: Facts): Iterable<UnitContent> {
  const content = {
    modules: new Map(page.moduleContents.map((one) => [one.id, one])),
    sections: new Map(page.sectionContents.map((one) => [one.id, one])),
    questions: Map.groupBy(
      page.questions,
      (one) => one.moduleId ?? one.sectionId ?? one.assignmentId ?? "",
    ),
    assignments: new Map(page.assignments.map((one) => [one.id, one])),
  };
  for (const unit of units) yield { unit, components: componentsOf(unit, content, facts) };
}

function* pagesOf(units: readonly UnitInput[], facts: Facts): Iterable<UnitInput[]> {
  let page: UnitInput[] = [];
  let characters = 0;
  for (const unit of units) {
    const size = facts.sections.get(unit.id)?.size ?? facts.modules.get(unit.id)?.size ?? 0;
    const isFull = page.length === UNITS_A_PAGE || characters + size > CHARACTERS_A_PAGE;
    if (page.length > 0 && isFull) {
      yield page;
      page = [];
      characters = 0;
    }
    page.push(unit);
    characters += size;
  }
  if (page.length > 0) yield page;
}

function pageReads(page: readonly UnitInput[], { db, orgId }: Ask) {
  const ids = page.map((unit) => unit.id);
  const own = sql`(select value from json_each(${JSON.stringify(ids)}))`;
  return {
    moduleContents: contentOfModules(db, orgId, amongModules(ids)),
    sectionContents: contentOfSections(db, orgId, amongSections(ids)),
    assignments: assignmentsWhere(
      db,
      orgId,
      sql`(id in ${own} or module_id in ${own} or id in (select content ->> '$.assignmentId'
        from lms_course_modules where organization_id = ${orgId} and id in ${own}))`,
    ),
    questions: questionsAmong(
      db,
      orgId,
      sql`(module_id in ${own} or section_id in ${own} or assignment_id in ${own}
        or assignment_id in (select id from lms_assignments
          where organization_id = ${orgId} and module_id in ${own}))`,
    ),
  };
}

/** Chapters, modules and sections in their order; modules of no chapter stand first, under the course's title. */
function outlineOf(rows: CourseRows): Pick<CourseInput, "chapters" | "left"> {
  const { course, chapters, modules, sections, assignmentLines } = rows;
  const sectionsOf = Map.groupBy(sections, (one) => one.moduleId);
  const moduleIds = new Set(modules.map((one) => one.id));
  const named = new Set(modules.map((one) => one.assignmentId));
  const assignmentsOf = Map.groupBy(assignmentLines, (one) => one.moduleId ?? "");
  const inputOf = (module: (typeof modules)[number]) => {
    const own = sectionsOf.get(module.id) ?? [];
    const assignments = assignmentsOf.get(module.id) ?? [];
    const apart = own.length === 0 ? [] : assignments;
    const hasOwn = own.length === 0 || module.size > 0;
    const units: UnitInput[] = [
      ...(hasOwn ? [module] : []),
      ...own,
      ...apart.map((one) => ({ ...one, urlName: assignmentName(one.id) })),
    ].map(({ id, title, urlName }) => ({ id, title, urlName, moduleId: module.id }));
    const due = assignments.flatMap((one) => one.absoluteDueDate ?? []);
    const asks = module.type === "quiz" || own.some((one) => one.type === "quiz");
    const hands = module.type === "assignment" || assignments.length > 0;
    return {
      id: module.id,
      title: module.title,
      urlName: module.urlName,
      type: module.type,
      dueAt: due.length === 0 ? null : Math.min(...due),
      graded: hands ? ("assignment" as const) : asks ? ("quiz" as const) : null,
      units,
    };
  };
  const chapterIds = new Set(chapters.map((one) => one.id));
  const byChapter = Map.groupBy(modules, (one) =>
    one.chapterId !== null && chapterIds.has(one.chapterId) ? one.chapterId : "",
  );
  const groups = [
    { id: course.id, title: course.title, urlName: chapterName(course.id), of: "" },
    ...chapters.map((one) => ({ ...one, of: one.id })),
  ];
  return {
    chapters: groups.flatMap(({ of, ...chapter }) => {
      const within = byChapter.get(of) ?? [];
      return within.length === 0 ? [] : [{ ...chapter, sections: within.map(inputOf) }];
    }),
    left: [
      ...courseFieldsLeft(course).map((field) => ({ field: `course.${field}`, count: 1 })),
      { field: "module.terms", count: count(modules, (one) => one.hasTerms !== 0) },
      { field: "section.isRequired", count: count(sections, (one) => !one.isRequired) },
      { field: "module.description", count: count(modules, (one) => one.isDescribed !== 0) },
      {
        field: "module.learningObjectives",
        count: count(modules, (one) => one.hasObjectives !== 0),
      },
      { field: "chapter", count: count(chapters, (one) => !byChapter.has(one.id)) },
      {
        field: "assignment",
        count: count(
          assignmentLines,
          (one) => !named.has(one.id) && !moduleIds.has(one.moduleId ?? ""),
        ),
      },
    ].filter((one) => one.count > 0),
  };
}

type Course = CourseRows["course"];

const courseFieldsLeft = (course: Course): string[] => [
  ...(course.type === "self-paced" ? [] : ["type"]),
  ...(course.level === "all-levels" ? [] : ["level"]),
  ...(course.categoryId === null ? [] : ["categoryId"]),
  ...(course.priceAmount === null ? [] : ["price"]),
  ...(course.enrollmentDays === null ? [] : ["enrollmentDays"]),
  ...(course.estimatedMinutes === null ? [] : ["estimatedMinutes"]),
  ...(course.certificateTemplate === null ? [] : ["certificateTemplate"]),
  ...(course.verifiedWatching ? ["verifiedWatching"] : []),
];

const count = <T>(all: readonly T[], which: (one: T) => boolean): number =>
  all.reduce((sum, one) => sum + (which(one) ? 1 : 0), 0);

const hex = (id: string): string => id.replaceAll("-", "");
/** Rows whose names follow from their ids alone keep none. */
const assignmentName = (id: string): string => `assignment_${hex(id)}`;
const chapterName = (courseId: string): string => `course_${hex(courseId).slice(-12)}`;
