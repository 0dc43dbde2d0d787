import { rule } from "../kernel/rule.ts";

/** Chooses the branch, refuses nothing: a price of 0 activates at once. */
export const freeCourseSkipPayment = rule({
  id: "freeCourseSkipPayment",
  scope: "enrollment:create",
  expr: { field: "course.priceAmount", op: "eq", value: 0 },
  code: "RULE_FAILED",
  detail: "This course has a price: it is active once its payment is confirmed",
});

export const noDuplicateActiveEnrollment = rule({
  id: "noDuplicateActiveEnrollment",
  scope: "enrollment:create",
  expr: {
    not: {
      field: "enrollment.status",
      op: "in",
      value: ["pending-payment", "active", "completed"],
    },
  },
  code: "DUPLICATE",
  detail: "The learner is enrolled in this course already",
});

export const certificateRequiresThreshold = rule({
  id: "certificateRequiresThreshold",
  scope: "enrollment:complete",
  expr: {
    field: "enrollment.completionPct",
    op: "gte",
    value: { ref: "course.completionThreshold" },
  },
  code: "RULE_FAILED",
  detail: "The course's completion threshold is not reached yet",
});

/** A condition, as the machine of a host asks it. */
export const accessEnded = rule({
  id: "enrollmentExpired",
  scope: "enrollment:expire",
  expr: { field: "enrollment.expiresAt", op: "lte", value: { ref: "now" } },
  code: "RULE_FAILED",
  detail: "The enrollment's access has not ended yet",
});

/** Chooses whether a cancellation gives the money back; refuses only who asks for a refund by it. */
export const refundWithinWindow = rule({
  id: "refundWithinWindow",
  scope: "enrollment:cancel",
  expr: {
    field: "enrollment.daysSinceEnrollment",
    op: "lte",
    value: { ref: "settings.refundWindowDays" },
  },
  code: "RULE_FAILED",
  detail: "The refund window is over; an administrator may still refund",
});
