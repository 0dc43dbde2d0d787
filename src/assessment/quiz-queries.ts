import { and, desc, eq, sql } from "drizzle-orm";
import * as z from "zod";
import {
  authoredModule,
  courseById,
  courseIdOfModule,
  ownCourse,
  sectionById,
} from "../catalog/statements.ts";
import { notFound } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { questionsOf, quizOf } from "./question-rows.ts";
import { isOverdue, UNTRIED } from "./quiz-attempt.ts";
import { ofTakerOrInstructor, quizReadBy, quizStatisticsBy, writes } from "./quiz-permissions.ts";
import { isRevealed, revealReads } from "./quiz-reads.ts";
import { attemptAnswer, showAttempt } from "./quiz-shown.ts";
import { itemStatistics } from "./quiz-statistics.ts";
import { quizHandIn } from "./quiz-tasks.ts";
import { lmsQuizAttempts, QUESTION_KINDS } from "./schema.ts";
import { assignmentById } from "./statements.ts";

/** Statistics are of so many attempts, the latest: what they read does not grow. */
const ATTEMPTS_READ = 500;

export const quizzesAttempt = query({
  type: "lms.quizzes.attempt",
  summary: "An attempt at a quiz: its paper, what was answered and, once graded, the points",
  input: z.strictObject({ id }),
  output: attemptAnswer,
  permission: quizReadBy,
  read: ({ db, input, actor }) => revealReads(db, actor, input.id),
  own: ofTakerOrInstructor,
  answer: ({ attempt, enrollment, course, tried, ...holders }, { actor, now, want }) => {
    if (isOverdue(attempt, now)) want(newTask(quizHandIn, { subject: attempt.id, payload: {} }));
    const revealed = writes(course, actor) || isRevealed(attempt, tried ?? UNTRIED, holders);
    return showAttempt(attempt, enrollment, { now, revealed });
  },
});

const share = z.number().nullable();

export const quizzesStatistics = query({
  type: "lms.quizzes.statistics",
  summary: `How a quiz's questions are answered, by its latest ${ATTEMPTS_READ} graded attempts`,
  input: z.strictObject({
    moduleId: id,
    sectionId: id.optional().describe("The section whose quiz it is"),
    assignmentId: id.optional().describe("The assignment whose quiz it is; else the module's own"),
  }),
  output: z.object({
    moduleId: z.string(),
    sectionId: z.string().nullable(),
    assignmentId: z.string().nullable(),
    attempts: z.int().describe(`Graded ones that were read, at most ${ATTEMPTS_READ}`),
    sharePassed: share,
    averagePercent: share,
    questions: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(QUESTION_KINDS),
        prompt: z.string(),
        points: z.number(),
        attempts: z.int().describe("Those whose paper asked it"),
        shareRight: share.describe("Of those, wholly right: 0 to 1"),
        averagePoints: share,
        discrimination: share.describe(
          "Correlation of its share with the share of the paper's rest, −1 to 1; null where either never differs",
        ),
      }),
    ),
  }),
  permission: quizStatisticsBy,
  read: ({ db, input: { moduleId, sectionId, assignmentId }, actor: { orgId } }) => ({
    module: found("Module", authoredModule(db, orgId, moduleId)),
    course: found("Module", courseById(db, orgId, courseIdOfModule(orgId, moduleId))),
    section:
      sectionId === undefined ? undefined : found("Section", sectionById(db, orgId, sectionId)),
    assignment:
      assignmentId === undefined
        ? undefined
        : found("Assignment", assignmentById(db, orgId, assignmentId)),
    questions: questionsOf(db, orgId, quizOf({ moduleId, sectionId, assignmentId })),
    papers: db
      .select({
        marks: lmsQuizAttempts.marks,
        score: lmsQuizAttempts.score,
        maxScore: lmsQuizAttempts.maxScore,
        passed: lmsQuizAttempts.passed,
      })
      .from(lmsQuizAttempts)
      .where(
        and(
          eq(lmsQuizAttempts.organizationId, orgId),
          sql`coalesce(module_id, section_id, assignment_id) = ${assignmentId ?? sectionId ?? moduleId}`,
          sql`status = 'graded'`,
        ),
      )
      .orderBy(desc(lmsQuizAttempts.id))
      .limit(ATTEMPTS_READ),
  }),
  own: ownCourse,
  answer: ({ module, section, assignment, questions, papers }) => {
    if (assignment && assignment.moduleId !== module.id) return notFound("Assignment");
    if (section && section.moduleId !== module.id) return notFound("Section");
    const marks = papers.map((one) => one.marks ?? {});
    const average = (all: readonly number[]) =>
      all.length === 0
        ? null
        : Math.round((all.reduce((sum, one) => sum + one, 0) * 100) / all.length) / 100;
    return {
      moduleId: module.id,
      sectionId: section?.id ?? null,
      assignmentId: assignment?.id ?? null,
      attempts: papers.length,
      sharePassed: average(papers.map((one) => Number(one.passed))),
      averagePercent: average(
        papers.map(({ score, maxScore }) => ((score ?? 0) * 100) / (maxScore || 1)),
      ),
      questions: questions.map(({ id, kind, prompt, points }) => ({
        id,
        kind,
        prompt,
        points,
        ...itemStatistics(id, marks),
      })),
    };
  },
});
