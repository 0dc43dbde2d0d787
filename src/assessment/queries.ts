import { and, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { enrollmentOf } from "../enrollment/statements.ts";
import { filesAmong, filesToRead, fileToRead } from "../files/statements.ts";
import { present } from "../kernel/columns.ts";
import { refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import {
  afterCursor,
  type PageAsk,
  pageFault,
  pageInput,
  pageOf,
  pageOutput,
  windowOf,
} from "../kernel/page.ts";
import type { Actor } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { type Db, maybe } from "../kernel/statement.ts";
import { bestOf } from "./lateness.ts";
import { enrolledOnes, ownCourse, ownSubmission, submissionReadBy } from "./permissions.ts";
import { assignmentReads, submissionReads } from "./reads.ts";
import { lmsAssignments, lmsSubmissions, SUBMISSION_STATUSES } from "./schema.ts";
import { assignmentIdOf, attemptsAt, courseIdOfAssignment, scoredReviewsOf } from "./statements.ts";
import { showLine, showSubmission, submissionAnswer, submissionLine } from "./submission.ts";

const status = z.enum(SUBMISSION_STATUSES).optional();

/** A submission with all that decides who may read it. */
export const submissionsGet = query({
  type: "lms.submissions.get",
  summary: "A submission, with addresses of its files",
  input: z.strictObject({ id }),
  output: submissionAnswer.extend({ files: z.array(fileToRead) }),
  permission: submissionReadBy,
  read: ({ db, input, actor }) => ({
    ...submissionReads(db, actor.orgId, input.id),
    files: filesAmong(
      db,
      actor.orgId,
      sql`select value from lms_submissions, json_each(attachments)
        where lms_submissions.organization_id = ${actor.orgId} and lms_submissions.id = ${input.id}`,
    ),
  }),
  own: ownSubmission,
  answer: async ({ submission, assignment, files }, ask) => ({
    ...showSubmission(submission, assignment),
    files: await filesToRead(files, ask),
  }),
});

const peersWord = z.object({
  score: z.number(),
  rubricScores: z.record(z.string(), z.number()).nullable(),
  comment: z.string().nullable(),
});

export const submissionsFeedback = query({
  type: "lms.submissions.feedback",
  summary: "What a submission was given, why, and which attempt's score is kept",
  input: z.strictObject({ id }),
  output: submissionAnswer
    .pick({
      id: true,
      status: true,
      attemptNumber: true,
      score: true,
      finalScore: true,
      maxScore: true,
      passed: true,
      feedback: true,
      explanation: true,
      gradedAt: true,
      returnedAt: true,
    })
    .extend({
      rubric: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          maxScore: z.number(),
          score: z.number().nullable(),
        }),
      ),
      peers: z.array(peersWord).describe("Without their names; there once it is graded"),
      kept: z
        .object({
          submissionId: z.string(),
          attemptNumber: z.int(),
          finalScore: z.number(),
          passed: z.boolean(),
        })
        .nullable()
        .describe("The best attempt after penalties, whose score counts"),
    }),
  permission: submissionReadBy,
  read: ({ db, input, actor }) => ({
    ...submissionReads(db, actor.orgId, input.id),
    attempts: attemptsAt(db, actor.orgId, {
      assignmentId: assignmentIdOf(actor.orgId, input.id),
      enrollmentId: sql`(select enrollment_id from lms_submissions
        where organization_id = ${actor.orgId} and id = ${input.id})`,
    }),
    reviews: scoredReviewsOf(db, actor.orgId, input.id),
  }),
  own: ownSubmission,
  answer: ({ submission, assignment, attempts, reviews }) => {
    const shown = showSubmission(submission, assignment);
    const best = bestOf(attempts);
    const { rubricScores } = submission;
    return {
      id: shown.id,
      status: shown.status,
      attemptNumber: shown.attemptNumber,
      score: shown.score,
      finalScore: shown.finalScore,
      maxScore: shown.maxScore,
      passed: shown.passed,
      feedback: shown.feedback,
      explanation: shown.explanation,
      gradedAt: shown.gradedAt,
      returnedAt: shown.returnedAt,
      rubric: (assignment.rubric ?? []).map(({ id, title, maxScore }) => ({
        id,
        title,
        maxScore,
        score: rubricScores?.[id] ?? null,
      })),
      peers: submission.finalScore === null ? [] : reviews.map(saidBy),
      kept: best
        ? {
            submissionId: best.id,
            attemptNumber: best.attemptNumber,
            finalScore: best.finalScore ?? 0,
            passed: (best.finalScore ?? 0) >= assignment.passingScore,
          }
        : null,
    };
  },
});

type Said = {
  score: number | null;
  rubricScores: Record<string, number> | null;
  comment: string | null;
};
const saidBy = ({ score, rubricScores, comment }: Said): z.infer<typeof peersWord> => ({
  score: score ?? 0,
  rubricScores,
  comment,
});

const {
  content: _,
  feedback: __,
  attachments: ___,
  rubricScores: ____,
  ...line
} = getTableColumns(lmsSubmissions);
const lineOfAssignment = {
  ...line,
  title: lmsAssignments.title,
  courseId: lmsAssignments.courseId,
  maxScore: lmsAssignments.maxScore,
  passingScore: lmsAssignments.passingScore,
};

/** A page of submissions, the newest first, each with the scale of its assignment. */
function submissionsPage(db: Db, orgId: string, ask: PageAsk, filters: (SQL | undefined)[]) {
  const { limit, offset } = windowOf(ask);
  return db
    .select(lineOfAssignment)
    .from(lmsSubmissions)
    .innerJoin(lmsAssignments, eq(lmsAssignments.id, lmsSubmissions.assignmentId))
    .where(
      and(
        present(lmsSubmissions, orgId),
        ...filters,
        afterCursor(ask.cursor, [lmsSubmissions.id], "desc"),
      ),
    )
    .orderBy(desc(lmsSubmissions.id))
    .limit(limit)
    .offset(offset);
}

const byStatus = (wanted: z.infer<typeof status>) =>
  wanted === undefined ? undefined : eq(lmsSubmissions.status, wanted);

const runs = (actor: Actor): boolean =>
  actor.type === "system" || actor.roles.includes("lms-admin") || actor.roles.includes("org-admin");

/** Who teaches the course sees everybody's, a learner its own. */
export const submissionsList = query({
  type: "lms.submissions.list",
  summary: "What was handed in for an assignment, the newest first; a learner sees its own",
  input: z.strictObject({ ...pageInput, assignmentId: id, status }),
  output: pageOutput(submissionLine),
  permission: { ...submissionReadBy, action: "submission:list" },
  fault: pageFault,
  read: ({ db, input, actor }) => {
    const { orgId } = actor;
    const courseId = courseIdOfAssignment(orgId, input.assignmentId);
    const ofAssignment = eq(lmsSubmissions.assignmentId, input.assignmentId);
    return {
      ...assignmentReads(db, orgId, input.assignmentId),
      enrollment: maybe(enrollmentOf(db, orgId, actor.id, courseId)),
      everybodys:
        runs(actor) || actor.roles.includes("instructor")
          ? submissionsPage(db, orgId, input, [ofAssignment, byStatus(input.status)])
          : undefined,
      own: submissionsPage(db, orgId, input, [
        // The plus leaves the learner's own index, the shorter one.
        sql`+${lmsSubmissions.assignmentId} = ${input.assignmentId}`,
        eq(lmsSubmissions.learnerId, actor.id),
        input.status === undefined ? undefined : sql`+${lmsSubmissions.status} = ${input.status}`,
      ]),
    };
  },
  own: { ...ownCourse, ...enrolledOnes },
  answer: ({ course, everybodys, own }, { input, actor }) => {
    const all = runs(actor) || course.instructorId === actor.id;
    return pageOf(
      input,
      (all && everybodys) || own,
      (row) => [row.id],
      (row) => showLine(row, row),
    );
  },
});

export const instructorSubmissions = query({
  type: "lms.instructor.submissions",
  summary: "What waits to be graded in one's own courses; lms-admin may name another instructor",
  input: z.strictObject({ ...pageInput, status, instructorId: id.optional() }),
  output: pageOutput(submissionLine.extend({ title: z.string(), courseId: z.string() })),
  permission: { action: "submission:list-own", any: ["instructor", "lms-admin"] },
  fault: (input, actor) =>
    pageFault(input) ??
    (input.instructorId === undefined ||
    input.instructorId === actor.id ||
    actor.type === "system" ||
    actor.roles.includes("lms-admin")
      ? undefined
      : refuse(
          "PERMISSION_DENIED",
          "Permission denied: submission:list-own of another instructor",
        )),
  read: ({ db, input, actor }) => ({
    rows: submissionsPage(db, actor.orgId, input, [
      eq(lmsSubmissions.instructorId, input.instructorId ?? actor.id),
      eq(lmsSubmissions.status, input.status ?? "grading"),
    ]),
  }),
  answer: ({ rows }, { input }) =>
    pageOf(
      input,
      rows,
      (row) => [row.id],
      (row) => ({ ...showLine(row, row), title: row.title, courseId: row.courseId }),
    ),
});
