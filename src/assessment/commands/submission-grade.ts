import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { submissionGraded } from "../events.ts";
import { feedback, graded, notGradable, rubricScores, score, scoreFault } from "../grading.ts";
import { ownCourse, submissionGradeBy } from "../permissions.ts";
import { submissionReads } from "../reads.ts";
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
  read: ({ db, input, actor }) => submissionReads(db, actor.orgId, input.submissionId),
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
