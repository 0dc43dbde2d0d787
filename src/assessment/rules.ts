import { rule } from "../kernel/rule.ts";

export const assignmentNoLateSubmission = rule({
  id: "assignmentNoLateSubmission",
  scope: "submission:create",
  expr: {
    or: [
      { field: "now", op: "lte", value: { ref: "assignment.dueAt" } },
      { field: "assignment.allowLateSubmission", op: "eq", value: true },
      { field: "assignment.dueAt", op: "exists", value: false },
    ],
  },
  code: "RULE_FAILED",
  detail: "The due date has passed, and this assignment takes no late work",
});

export const assignmentMaxAttempts = rule({
  id: "assignmentMaxAttempts",
  scope: "submission:create",
  expr: {
    or: [
      {
        field: "submission.attemptNumber",
        op: "lte",
        value: { ref: "assignment.maxAttempts" },
      },
      { field: "assignment.maxAttempts", op: "exists", value: false },
    ],
  },
  code: "RULE_FAILED",
  detail: "Every attempt of this assignment has been used",
});
