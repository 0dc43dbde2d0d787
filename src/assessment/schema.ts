import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { rootColumns, rowColumns } from "../kernel/columns.ts";

export type Rubric = { id: string; title: string; maxScore: number; description?: string }[];

export const ASSIGNMENT_TYPES = [
  "quiz",
  "file-upload",
  "text-response",
  "peer-review",
  "project",
] as const;

export const lmsAssignments = sqliteTable(
  "lms_assignments",
  {
    ...rootColumns,
    courseId: text("course_id").notNull(),
    moduleId: text("module_id"),
    title: text("title").notNull(),
    instructions: text("instructions").notNull(),
    type: text("type", { enum: ASSIGNMENT_TYPES }).notNull(),
    maxScore: integer("max_score").notNull(),
    passingScore: integer("passing_score").notNull(),
    maxAttempts: integer("max_attempts"),
    allowLateSubmission: integer("allow_late_submission", { mode: "boolean" })
      .notNull()
      .default(false),
    latePenaltyPct: real("late_penalty_pct").notNull().default(0),
    dueHoursAfterEnrollment: integer("due_hours_after_enrollment"),
    absoluteDueDate: integer("absolute_due_date"),
    rubric: text("rubric", { mode: "json" }).$type<Rubric>(),
    peers: integer("peers"),
  },
  (table) => [
    index("lms_assignments_by_course").on(table.organizationId, table.courseId, table.id),
    index("lms_assignments_by_module").on(table.moduleId),
    index("lms_assignments_due").on(table.absoluteDueDate, table.id).where(sql`deleted_at IS NULL`),
    index("lms_assignments_due_after")
      .on(table.dueHoursAfterEnrollment, table.id)
      .where(sql`deleted_at IS NULL`),
    check(
      "lms_assignments_type",
      sql`type IN ('quiz', 'file-upload', 'text-response', 'peer-review', 'project')`,
    ),
    check("lms_assignments_score", sql`passing_score BETWEEN 0 AND max_score`),
  ],
);

export const QUESTION_KINDS = [
  "single",
  "multiple",
  "true-false",
  "short-text",
  "numeric",
] as const;

export const lmsQuizQuestions = sqliteTable(
  "lms_quiz_questions",
  {
    ...rowColumns,
    moduleId: text("module_id"),
    sectionId: text("section_id"),
    assignmentId: text("assignment_id"),
    position: integer("position").notNull(),
    kind: text("kind", { enum: QUESTION_KINDS }).notNull(),
    prompt: text("prompt").notNull(),
    options: text("options", { mode: "json" }).$type<{ id: string; text: string }[]>(),
    answer: text("answer", { mode: "json" }).$type<unknown>().notNull(),
    points: real("points").notNull(),
    explanation: text("explanation"),
  },
  (table) => [
    index("lms_quiz_questions_by_module").on(table.moduleId, table.position),
    index("lms_quiz_questions_by_section").on(table.sectionId, table.position),
    index("lms_quiz_questions_by_assignment").on(table.assignmentId, table.position),
    check(
      "lms_quiz_questions_owner",
      sql`(module_id IS NOT NULL) + (section_id IS NOT NULL) + (assignment_id IS NOT NULL) = 1`,
    ),
    check(
      "lms_quiz_questions_kind",
      sql`kind IN ('single', 'multiple', 'true-false', 'short-text', 'numeric')`,
    ),
  ],
);

export const lmsQuizAttempts = sqliteTable(
  "lms_quiz_attempts",
  {
    ...rowColumns,
    enrollmentId: text("enrollment_id").notNull(),
    moduleId: text("module_id"),
    sectionId: text("section_id"),
    assignmentId: text("assignment_id"),
    attemptNumber: integer("attempt_number").notNull(),
    status: text("status", { enum: ["open", "submitted", "graded"] }).notNull(),
    seed: integer("seed").notNull(),
    paper: text("paper", { mode: "json" }).$type<unknown[]>().notNull(),
    answers: text("answers", { mode: "json" }).$type<Record<string, unknown>>().notNull(),
    score: real("score"),
    maxScore: real("max_score"),
    passed: integer("passed", { mode: "boolean" }),
    startedAt: integer("started_at").notNull(),
    deadlineAt: integer("deadline_at"),
    submittedAt: integer("submitted_at"),
    passingPct: real("passing_pct").notNull().default(0),
    attemptsMax: integer("attempts_max"),
    answersSaved: integer("answers_saved").notNull().default(0),
    marks: text("marks", { mode: "json" }).$type<Record<string, [points: number, of: number]>>(),
  },
  (table) => [
    uniqueIndex("lms_quiz_attempts_number").on(
      table.enrollmentId,
      sql`coalesce(module_id, section_id, assignment_id)`,
      table.attemptNumber,
    ),
    index("lms_quiz_attempts_graded")
      .on(sql`coalesce(module_id, section_id, assignment_id)`, table.id)
      .where(sql`status = 'graded'`),
    index("lms_quiz_attempts_overdue").on(table.deadlineAt).where(sql`status = 'open'`),
    check("lms_quiz_attempts_status", sql`status IN ('open', 'submitted', 'graded')`),
  ],
);

export const SUBMISSION_STATUSES = ["submitted", "late", "grading", "graded", "returned"] as const;

/** What SQLite names when two attempts would have one number. */
export const SUBMISSION_ATTEMPT =
  "lms_submissions.assignment_id, lms_submissions.enrollment_id, lms_submissions.attempt_number";

export const lmsSubmissions = sqliteTable(
  "lms_submissions",
  {
    ...rootColumns,
    assignmentId: text("assignment_id").notNull(),
    enrollmentId: text("enrollment_id").notNull(),
    learnerId: text("learner_id").notNull(),
    attemptNumber: integer("attempt_number").notNull(),
    status: text("status", { enum: SUBMISSION_STATUSES }).notNull(),
    content: text("content"),
    attachments: text("attachments", { mode: "json" }).$type<string[]>().notNull(),
    score: real("score"),
    penaltyPct: real("penalty_pct"),
    isLate: integer("is_late", { mode: "boolean" }).notNull().default(false),
    rubricScores: text("rubric_scores", { mode: "json" }).$type<Record<string, number>>(),
    feedback: text("feedback"),
    gradedBy: text("graded_by"),
    submittedAt: integer("submitted_at").notNull(),
    gradedAt: integer("graded_at"),
    returnedAt: integer("returned_at"),
    finalScore: real("final_score"),
    dueAt: integer("due_at"),
    instructorId: text("instructor_id").notNull().default(""),
  },
  (table) => [
    uniqueIndex("lms_submissions_attempt").on(
      table.assignmentId,
      table.enrollmentId,
      table.attemptNumber,
    ),
    index("lms_submissions_by_assignment").on(
      table.organizationId,
      table.assignmentId,
      table.status,
      table.id,
    ),
    index("lms_submissions_by_learner").on(table.organizationId, table.learnerId, table.id),
    index("lms_submissions_newest").on(table.organizationId, table.assignmentId, table.id),
    index("lms_submissions_to_grade").on(
      table.organizationId,
      table.instructorId,
      table.status,
      table.id,
    ),
    check(
      "lms_submissions_status",
      sql`status IN ('submitted', 'late', 'grading', 'graded', 'returned')`,
    ),
  ],
);

export const lmsPeerReviews = sqliteTable(
  "lms_peer_reviews",
  {
    ...rowColumns,
    submissionId: text("submission_id")
      .notNull()
      .references(() => lmsSubmissions.id),
    reviewerId: text("reviewer_id").notNull(),
    score: real("score"),
    rubricScores: text("rubric_scores", { mode: "json" }).$type<Record<string, number>>(),
    comment: text("comment"),
  },
  (table) => [
    uniqueIndex("lms_peer_reviews_reviewer").on(table.submissionId, table.reviewerId),
    index("lms_peer_reviews_by_reviewer").on(table.organizationId, table.reviewerId, table.id),
    index("lms_peer_reviews_to_do")
      .on(table.organizationId, table.reviewerId, table.id)
      .where(sql`score IS NULL`),
  ],
);
