import * as z from "zod";
import { courseById } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { submissionGraded } from "../events.ts";
import { feedback, graded, notGradable, rubricScores, score, scoreFault } from "../grading.ts";
import { ownCourse, submissionGradeBy } from "../permissions.ts";
import { assignmentOfSubmission, courseIdOfSubmission, submissionById } from "../statements.ts";
import { showSubmission, submissionAnswer } from "../submission.ts";

export const submissionGrade = command({
  type: "lms.submission.grade",
  summary: "Grade a submission; the penalty of late work is taken off the score given here",
  input: z.strictObject({
    submissionId: id,
    score,
    feedback: feedback.optional(),
    rubricScores: rubricScores.optional(),
  }),
  output: submissionAnswer,
  permission: submissionGradeBy,
  emits: [submissionGraded],
  refuses: ["INVALID_TRANSITION"],
  revises: "submission",
  read: ({ db, input, actor }) => {
    const { submissionId } = input;
    const courseId = courseIdOfSubmission(actor.orgId, submissionId);
    return {
      submission: found("Submission", submissionById(db, actor.orgId, submissionId)),
      assignment: found("Submission", assignmentOfSubmission(db, actor.orgId, submissionId)),
      course: found("Submission", courseById(db, actor.orgId, courseId)),
    };
  },
  own: ownCourse,
  decide: ({ submission, assignment }, { db, input, actor, now }) => {
    const { submissionId: _, ...given } = input;
    const refusal = notGradable(submission, actor.id) ?? scoreFault(assignment, given);
    if (refusal) return refusal;
    const made = graded(db, { submission, assignment }, { ...given, gradedBy: actor.id }, now);
    return {
      answer: showSubmission(made.row, assignment),
      events: [made.event],
      writes: made.writes,
    };
  },
});
