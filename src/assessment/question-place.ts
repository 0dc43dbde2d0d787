import { and, asc, eq, or, type SQL, sql } from "drizzle-orm";
import {
  authoredModule,
  type CourseRow,
  courseById,
  courseChanged,
  courseIdOfModule,
  type ModuleRow,
  moduleIdOfSection,
  readOnly,
  reviseModule,
  sectionById,
} from "../catalog/statements.ts";
import { present } from "../kernel/columns.ts";
import { notFound, type Refusal, refuse } from "../kernel/error.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { CHARACTERS_MAX, QUESTIONS_MAX } from "./question.ts";
import type { Quiz } from "./question-rows.ts";
import { lmsQuizQuestions } from "./schema.ts";
import { assignmentById } from "./statements.ts";

/** Which quiz: a section's or an assignment's, else the module's own. */
export type PlaceRef = {
  moduleId?: string | undefined;
  sectionId?: string | undefined;
  assignmentId?: string | undefined;
};

/** A column of an assignment that is read in the same batch. */
const ofAssignment = (
  column: "module_id" | "course_id",
  orgId: string,
  assignmentId: string | SQL,
) =>
  sql`(select ${sql.identifier(column)} from lms_assignments where id = ${assignmentId}
    and organization_id = ${orgId})`;

/** A quiz that questions are written for, with its course and what it has already. */
export function readPlace(db: Db, orgId: string, { moduleId, sectionId, assignmentId }: PlaceRef) {
  const module =
    moduleId ??
    (sectionId === undefined
      ? ofAssignment("module_id", orgId, assignmentId ?? "")
      : moduleIdOfSection(orgId, sectionId));
  const courseId =
    assignmentId === undefined
      ? courseIdOfModule(orgId, module)
      : ofAssignment("course_id", orgId, assignmentId);
  const isModules = sectionId === undefined && assignmentId === undefined;
  return {
    section:
      sectionId === undefined ? undefined : found("Section", sectionById(db, orgId, sectionId)),
    assignment:
      assignmentId === undefined
        ? undefined
        : found("Assignment", assignmentById(db, orgId, assignmentId)),
    module: isModules
      ? found("Module", authoredModule(db, orgId, module))
      : maybe(authoredModule(db, orgId, module)),
    course: found("Course", courseById(db, orgId, courseId)),
    siblings: siblingsOf(db, orgId, {
      moduleId: isModules ? sql`${moduleId}` : sql`null`,
      sectionId: sql`${sectionId ?? null}`,
      assignmentId: sql`${assignmentId ?? null}`,
    }),
  };
}

/** A question with the quiz that asks it. */
export function readQuestion(db: Db, orgId: string, questionId: string) {
  const own = (column: "module_id" | "section_id" | "assignment_id") =>
    sql`(select ${sql.identifier(column)} from lms_quiz_questions where id = ${questionId}
      and organization_id = ${orgId})`;
  const assignmentId = own("assignment_id");
  const moduleId = sql`coalesce(${own("module_id")}, ${moduleIdOfSection(orgId, own("section_id"))},
    ${ofAssignment("module_id", orgId, assignmentId)})`;
  const courseId = sql`coalesce(${courseIdOfModule(orgId, moduleId)},
    ${ofAssignment("course_id", orgId, assignmentId)})`;
  return {
    question: found(
      "Question",
      db
        .select()
        .from(lmsQuizQuestions)
        .where(and(present(lmsQuizQuestions, orgId), eq(lmsQuizQuestions.id, questionId))),
    ),
    section: maybe(sectionById(db, orgId, own("section_id"))),
    assignment: maybe(assignmentById(db, orgId, assignmentId)),
    module: maybe(authoredModule(db, orgId, moduleId)),
    course: found("Question", courseById(db, orgId, courseId)),
    siblings: siblingsOf(db, orgId, {
      moduleId: own("module_id"),
      sectionId: own("section_id"),
      assignmentId,
    }),
  };
}

/** Ids in their order, and how many characters each takes on a paper. */
const siblingsOf = (
  db: Db,
  orgId: string,
  quiz: Record<"moduleId" | "sectionId" | "assignmentId", SQL>,
) =>
  db
    .select({
      id: lmsQuizQuestions.id,
      size: sql<number>`length(prompt) + length(coalesce(options, 'null')) + length(answer)
        + length(coalesce(explanation, ''))`,
    })
    .from(lmsQuizQuestions)
    .where(
      and(
        present(lmsQuizQuestions, orgId),
        or(
          eq(lmsQuizQuestions.moduleId, quiz.moduleId),
          eq(lmsQuizQuestions.sectionId, quiz.sectionId),
          eq(lmsQuizQuestions.assignmentId, quiz.assignmentId),
        ),
      ),
    )
    .orderBy(asc(lmsQuizQuestions.position), asc(lmsQuizQuestions.id));

type Place = {
  section: { id: string; moduleId: string; type: string } | undefined;
  assignment: { id: string; moduleId: string | null; type: string } | undefined;
  module: ModuleRow | undefined;
  course: CourseRow;
};

/** The quiz itself, or why nothing may be written for it. */
export function quizAt(
  { section, assignment, module, course }: Place,
  { moduleId }: PlaceRef,
): Quiz | Refusal<"NOT_FOUND" | "INVALID_TRANSITION" | "RULE_FAILED"> {
  const inside = section ?? assignment;
  if (section && !module) return notFound("Section");
  if (moduleId !== undefined && inside && inside.moduleId !== moduleId) {
    return notFound(section ? "Section" : "Assignment");
  }
  const closed = readOnly(course);
  if (closed) return closed;
  const type = (inside ?? module)?.type;
  if (type !== "quiz" && !(section && type === "exercise")) {
    return refuse(
      "RULE_FAILED",
      `Only a quiz or an exercise asks questions; this is of type ${type}`,
    );
  }
  if (section) return { sectionId: section.id };
  if (assignment) return { assignmentId: assignment.id };
  return module ? { moduleId: module.id } : notFound("Module");
}

type Sibling = { id: string; size: number };

/** Refused where a paper could no longer hold all questions of the quiz. */
export function tooLarge(
  siblings: readonly Sibling[],
  one: Sibling,
): Refusal<"RULE_FAILED"> | undefined {
  const others = siblings.filter(({ id }) => id !== one.id);
  if (others.length >= QUESTIONS_MAX) {
    return refuse("RULE_FAILED", `There are at most ${QUESTIONS_MAX} questions in a quiz`);
  }
  const characters = others.reduce((sum, { size }) => sum + size, one.size);
  return characters > CHARACTERS_MAX
    ? refuse(
        "RULE_FAILED",
        `All questions of a quiz together have at most ${CHARACTERS_MAX} characters`,
      )
    : undefined;
}

/** What a changed question leaves on its course, and on its module: their versions cover it. */
export function questionsChanged(
  db: Db,
  { course, module }: Pick<Place, "course" | "module">,
  now: number,
) {
  const { events, revision } = courseChanged(db, course, { now, updatedFields: ["questions"] });
  return { events, revisions: [revision, ...(module ? [reviseModule(db, module, {}, now)] : [])] };
}
