import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { shownInstant } from "../kernel/time.ts";

const assignment = {
  assignmentId: z.string(),
  courseId: z.string(),
  moduleId: z.string().nullable(),
};

export const assignmentCreated = eventType(
  "assignment.created",
  "assignment",
  z.object({
    ...assignment,
    title: z.string(),
    type: z.string(),
    maxScore: z.number(),
    passingScore: z.number(),
    dueHoursAfterEnrollment: z.int().optional(),
    absoluteDueDate: shownInstant.optional(),
  }),
);
export const assignmentUpdated = eventType(
  "assignment.updated",
  "assignment",
  z.object({ ...assignment, updatedFields: z.array(z.string()) }),
);
export const assignmentDeleted = eventType(
  "assignment.deleted",
  "assignment",
  z.object({ ...assignment, title: z.string(), deletedAt: shownInstant }),
);

const submission = {
  submissionId: z.string(),
  assignmentId: z.string(),
  learnerId: z.string(),
  enrollmentId: z.string(),
};
const ofCourse = { ...submission, moduleId: z.string().nullable(), courseId: z.string() };
/** Stays in its row: the field is here for those who know the type, and never written. */
const feedback = z.string().optional();

export const submissionCreated = eventType(
  "submission.created",
  "submission",
  z.object({ ...submission, attemptNumber: z.int(), submittedAt: shownInstant }),
);
export const submissionReceived = eventType(
  "submission.received",
  "submission",
  z.object({ ...ofCourse, attemptNumber: z.int(), receivedAt: shownInstant }),
);
export const submissionGraded = eventType(
  "submission.graded",
  "submission",
  z.object({
    ...ofCourse,
    score: z.number().describe("After the penalty"),
    maxScore: z.number(),
    passed: z.boolean(),
    feedback,
    gradedBy: z.string(),
    gradedAt: shownInstant,
  }),
);
export const submissionReturned = eventType(
  "submission.returned",
  "submission",
  z.object({
    ...ofCourse,
    score: z.number().describe("After the penalty"),
    maxScore: z.number(),
    feedback,
    returnedAt: shownInstant,
  }),
);

export type AssignmentCreatedPayload = PayloadOf<typeof assignmentCreated>;
export type AssignmentUpdatedPayload = PayloadOf<typeof assignmentUpdated>;
export type AssignmentDeletedPayload = PayloadOf<typeof assignmentDeleted>;
export type SubmissionCreatedPayload = PayloadOf<typeof submissionCreated>;
export type SubmissionReceivedPayload = PayloadOf<typeof submissionReceived>;
export type SubmissionGradedPayload = PayloadOf<typeof submissionGraded>;
export type SubmissionReturnedPayload = PayloadOf<typeof submissionReturned>;

const attempt = {
  attemptId: z.string(),
  enrollmentId: z.string(),
  learnerId: z.string(),
  courseId: z.string(),
  moduleId: z.string(),
  sectionId: z.string().optional(),
  assignmentId: z.string().optional(),
  attemptNumber: z.int(),
};

export const quizStarted = eventType(
  "quiz.started",
  "enrollment",
  z.object({
    ...attempt,
    questions: z.int(),
    startedAt: shownInstant,
    deadlineAt: shownInstant.optional(),
  }),
);
export const quizSubmitted = eventType(
  "quiz.submitted",
  "enrollment",
  z.object({
    ...attempt,
    score: z.number(),
    maxScore: z.number(),
    percent: z.number(),
    passed: z.boolean(),
    submittedAt: shownInstant,
  }),
);

export type QuizStartedPayload = PayloadOf<typeof quizStarted>;
export type QuizSubmittedPayload = PayloadOf<typeof quizSubmitted>;
