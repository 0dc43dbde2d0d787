import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { revise } from "../../kernel/statement.ts";
import { iso } from "../../kernel/time.ts";
import { submissionReturned } from "../events.ts";
import { feedback, idsOf } from "../grading.ts";
import { submissionMachine } from "../machine.ts";
import { ownCourse, submissionReturnBy } from "../permissions.ts";
import { submissionReads } from "../reads.ts";
import { lmsSubmissions } from "../schema.ts";
import { showSubmission, submissionAnswer } from "../submission.ts";

export const submissionReturn = command({
  type: "lms.submission.return",
  summary: "Give graded work back for revision: its grade stays, and the next attempt opens",
  input: z.strictObject({ submissionId: id, feedback: feedback.optional() }),
  output: submissionAnswer,
  permission: submissionReturnBy,
  emits: [submissionReturned],
  refuses: ["INVALID_TRANSITION"],
  revises: "submission",
  read: ({ db, input, actor }) => submissionReads(db, actor.orgId, input.submissionId),
  own: ownCourse,
  decide: ({ submission, assignment }, { db, input, now }) => {
    const next = transition(submissionMachine, submission.status, "return");
    if (isRefusal(next)) return next;
    const set = {
      status: next.to,
      returnedAt: now,
      feedback: input.feedback ?? submission.feedback,
    };
    const row = { ...submission, ...set, version: submission.version + 1, updatedAt: now };
    return {
      answer: showSubmission(row, assignment),
      events: [
        event(submissionReturned, submission, {
          ...idsOf(submission, assignment),
          score: submission.finalScore ?? 0,
          maxScore: assignment.maxScore,
          returnedAt: iso(now),
        }),
      ],
      writes: [revise(db, lmsSubmissions, submission, set, { now })],
    };
  },
});
