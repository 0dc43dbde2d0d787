import type { Element, Root } from "hast";
import {
  type AssignmentRow,
  insertAssessments,
  type QuestionRow,
} from "../../assessment/statements.ts";
import {
  type ChapterRow,
  type CourseRow,
  insertCourse,
  type ModuleRow,
  type SectionRow,
} from "../../catalog/statements.ts";
import { type FileRow, insertFiles } from "../../files/statements.ts";
import { walkable } from "../../kernel/html.ts";
import { sanitizedTree, treeOf } from "../../kernel/sanitized.ts";
import type { Db, Statement } from "../../kernel/statement.ts";
import type { StoredStatic } from "../olx-tasks.ts";
import type {
  Content,
  ImportedAssignment,
  ImportedCourse,
  ImportedModule,
  ImportedQuestion,
} from "./imported.ts";
import type { ValidationIssue } from "./issue.ts";
import { BY_CLASS } from "./markup-terms.ts";
import { asciiOf } from "./url-name.ts";

type Ask = { db: Db; orgId: string; now: number; id(): string; instructorId: string };
type Made = { course: CourseRow; writes: Statement[]; issues: ValidationIssue[] };

/** The rows of a whole draft; names that were good before stay, so that a course that comes back is known. */
export function importRows(
  imported: ImportedCourse,
  stored: readonly StoredStatic[],
  ask: Ask,
): Made {
  const { db, orgId, now, id } = ask;
  const course = courseRow(imported, ask);
  const rowOf = () => ({
    id: id(),
    organizationId: orgId,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  });
  const files = new Map(
    stored.map((one) => {
      const name = imported.fileNames.get(one.name) ?? one.name;
      return [one.name, fileRow({ ...one, name }, course.id, ask)];
    }),
  );
  const making: Making = {
    ...ask,
    rowOf,
    files,
    courseId: course.id,
    questions: [],
    assignments: [],
    issues: [...imported.issues],
  };
  const chapters: ChapterRow[] = [];
  const modules: ModuleRow[] = [];
  const sections: SectionRow[] = [];
  for (const chapter of imported.chapters) {
    const row = {
      ...rowOf(),
      courseId: course.id,
      title: chapter.title,
      position: chapters.length,
      urlName: kept(chapter.urlName),
    };
    chapters.push(row);
    for (const one of chapter.modules) {
      const module = moduleRow(one, { position: modules.length, chapterId: row.id }, making);
      modules.push(module);
      one.sections.forEach((section, position) => {
        const own = rowOf();
        sections.push({
          ...own,
          moduleId: module.id,
          title: section.title,
          position,
          type: section.type,
          content: contentOf(section.content, making, section.title),
          resources: section.resources.flatMap(
            ({ title, url, static: name }): SectionRow["resources"] => {
              if (url !== undefined) return [{ title, url }];
              const file = files.get(name ?? "");
              return file ? [{ title, fileId: file.id }] : [];
            },
          ),
          estimatedMinutes: null,
          isRequired: true,
          urlName: kept(section.urlName),
          version: 1,
        });
        making.questions.push(...questionRows(section.questions, { sectionId: own.id }, making));
      });
    }
  }
  return {
    course,
    issues: making.issues,
    writes: [
      ...insertCourse(db, { course, chapters, modules, sections }),
      ...insertAssessments(db, making),
      ...insertFiles(db, [...files.values()]),
    ],
  };
}

type Making = Ask & {
  courseId: string;
  rowOf(): Pick<ModuleRow, "id" | "organizationId" | "createdAt" | "updatedAt" | "deletedAt">;
  files: ReadonlyMap<string, FileRow>;
  questions: QuestionRow[];
  assignments: AssignmentRow[];
  issues: ValidationIssue[];
};

/** A name that fits our own columns and paths; another is made anew when the course goes out again. */
const kept = (name: string | null): string | null =>
  name !== null && /^[A-Za-z0-9_-]{1,80}$/.test(name) ? name : null;

function courseRow(imported: ImportedCourse, { orgId, now, id, instructorId }: Ask): CourseRow {
  const courseId = id();
  const words = asciiOf(imported.title)
    .replace(/[_-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return {
    id: courseId,
    organizationId: orgId,
    title: imported.title,
    slug: `${words || "course"}-${courseId.replaceAll("-", "").slice(-6)}`,
    description: imported.description,
    instructorId,
    categoryId: null,
    status: "draft",
    type: "self-paced",
    level: "all-levels",
    priceAmount: null,
    priceCurrency: null,
    language: imported.language,
    learningObjectives: [],
    prerequisites: [],
    thumbnailKey: null,
    isFeatured: false,
    estimatedMinutes: null,
    completionThreshold: imported.completionThreshold,
    enrollmentDays: null,
    certificateTemplate: null,
    verifiedWatching: false,
    revision: 0,
    enrolledCount: 0,
    ratingAverage: null,
    ratingCount: 0,
    publishedAt: null,
    courseCode:
      imported.code !== null && /^[A-Za-z0-9_.-]{1,50}$/.test(imported.code) ? imported.code : null,
    rejectionReason: null,
    rejectedBy: null,
    rejectedAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

const fileRow = (
  { name, key, size, contentType, sha256 }: StoredStatic,
  courseId: string,
  { orgId, now, id, instructorId }: Ask,
): FileRow => ({
  id: id(),
  organizationId: orgId,
  key,
  ownerId: instructorId,
  name: name.slice(0, 200),
  contentType,
  size,
  sha256,
  purpose: "course",
  status: "ready",
  attachedTo: courseId,
  version: 1,
  createdAt: now,
  updatedAt: now,
  deletedAt: null,
});

function moduleRow(
  module: ImportedModule,
  place: { position: number; chapterId: string },
  making: Making,
): ModuleRow {
  const own = making.rowOf();
  making.questions.push(...questionRows(module.questions, { moduleId: own.id }, making));
  const assignments = module.assignments.map((one) => assignmentRow(one, own.id, making));
  making.assignments.push(...assignments);
  const [first] = assignments;
  const content =
    module.type === "assignment" && first
      ? { assignmentId: first.id }
      : module.content && contentOf(module.content, making, module.title);
  return {
    ...own,
    ...place,
    courseId: making.courseId,
    title: module.title,
    description: "",
    learningObjectives: [],
    type: content === null && module.type === "download" ? "article" : module.type,
    contentRef: null,
    content,
    estimatedMinutes: null,
    isFree: false,
    isPublished: true,
    isRequired: true,
    requiredPrevious: false,
    minimumSeconds: null,
    masteryScore: null,
    urlName: kept(module.urlName),
    version: 1,
  };
}

/** With files by their ids, and HTML as our own sanitizer writes it. */
function contentOf(content: Content, making: Making, title: string): Content | null {
  const { static: name, transcripts, html, ...rest } = content;
  if (typeof html === "string") return { ...rest, html: htmlOf(html, making, title) };
  const tracks = Array.isArray(transcripts)
    ? transcripts.flatMap((one: { language: string; static: string }) => {
        const file = making.files.get(one.static);
        return file ? [{ language: one.language, fileId: file.id }] : [];
      })
    : [];
  const shown = { ...rest, ...(tracks.length > 0 ? { transcripts: tracks } : {}) };
  if (typeof name !== "string") return shown;
  const file = making.files.get(name);
  return file ? { ...shown, fileId: file.id } : null;
}

/** Classes of ours become their elements again, and files of the bundle those of the course. */
function htmlOf(html: string, { files, issues }: Making, title: string): string {
  const tell = (message: string) =>
    issues.push({ path: `html: ${title}`, message, severity: "warning", code: "NOT_MAPPED" });
  const clean = walkable(html, (text) => {
    const tree = treeOf(text);
    restore(tree, files);
    const before = wordsOf(tree, new Set());
    const written = sanitizedTree(tree);
    const after = wordsOf(treeOf(written), new Set());
    const lost = [...before].filter((word) => !after.has(word)).sort();
    if (lost.length > 0) tell(`Left out of it: ${lost.join(", ").slice(0, 500)}`);
    return written;
  });
  if (clean !== undefined) return clean;
  tell("It is nested too deep, or too much in it is not closed: it was left out");
  return "";
}

/** The elements and attributes of a text, by name. */
function wordsOf(node: Root | Element, words: Set<string>): Set<string> {
  for (const child of node.children) {
    if (child.type !== "element") continue;
    words.add(`<${child.tagName}>`);
    for (const name of Object.keys(child.properties)) words.add(name);
    wordsOf(child, words);
  }
  return words;
}

function restore(node: Root | Element, files: ReadonlyMap<string, FileRow>): void {
  for (const child of node.children) {
    if (child.type !== "element") continue;
    const { properties } = child;
    const names = properties.className;
    const name =
      Array.isArray(names) && names.length === 1 ? BY_CLASS.get(String(names[0])) : undefined;
    if (name !== undefined && (child.tagName === "div" || child.tagName === "span")) {
      child.tagName = name;
      delete properties.className;
    }
    for (const attribute of ["src", "href"]) {
      const [, wanted] = /^\/static\/([\w.%-]+)$/.exec(String(properties[attribute] ?? "")) ?? [];
      const file = wanted === undefined ? undefined : files.get(wanted);
      if (file) properties[attribute] = `/files/${file.key}`;
    }
    restore(child, files);
  }
}

const questionRows = (
  questions: readonly ImportedQuestion[],
  owner: { moduleId: string } | { sectionId: string },
  { rowOf }: Making,
): QuestionRow[] =>
  questions.map((one, position) => ({
    ...rowOf(),
    moduleId: "moduleId" in owner ? owner.moduleId : null,
    sectionId: "sectionId" in owner ? owner.sectionId : null,
    assignmentId: null,
    position,
    ...one,
  }));

function assignmentRow(one: ImportedAssignment, moduleId: string, making: Making): AssignmentRow {
  const { rubric, ...rest } = one;
  return {
    ...making.rowOf(),
    courseId: making.courseId,
    moduleId,
    title: rest.title,
    instructions: rest.instructions,
    type: rest.type,
    maxScore: rest.maxScore,
    passingScore: Math.ceil(rest.maxScore / 2),
    maxAttempts: null,
    allowLateSubmission: false,
    latePenaltyPct: 0,
    dueHoursAfterEnrollment: null,
    absoluteDueDate: rest.dueAt,
    rubric: rubric.length === 0 ? null : rubric.map((each) => ({ id: making.id(), ...each })),
    peers: rest.peers,
    version: 1,
  };
}

/** The files of `static/` that a course names. */
export function staticsOf({ chapters }: ImportedCourse): Set<string> {
  const names = new Set<string>();
  const add = (content: Content | null) => {
    if (content === null) return;
    if (typeof content.static === "string") names.add(content.static);
    if (Array.isArray(content.transcripts)) {
      for (const one of content.transcripts) names.add(String(one.static));
    }
    if (typeof content.html !== "string") return;
    for (const [, name = ""] of content.html.matchAll(/["']\/static\/([\w.%-]+)["']/g)) {
      names.add(name);
    }
  };
  for (const module of chapters.flatMap((chapter) => chapter.modules)) {
    add(module.content);
    for (const section of module.sections) {
      add(section.content);
      for (const one of section.resources) if (one.static !== undefined) names.add(one.static);
    }
  }
  return names;
}
