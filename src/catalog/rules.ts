import { rule } from "../kernel/rule.ts";

export const coursePublishRequiresModule = rule({
  id: "coursePublishRequiresModule",
  scope: "course:submit-review",
  expr: { field: "course.publishedModules", op: "gte", value: 1 },
  code: "RULE_FAILED",
  detail: "A course needs at least one published module before it is submitted for review",
});

export const coursePublishRequiresPrice = rule({
  id: "coursePublishRequiresPrice",
  scope: "course:submit-review",
  expr: { field: "course.priceAmount", op: "exists", value: true },
  code: "RULE_FAILED",
  detail: "A course needs a price before it is submitted for review; 0 makes it free",
});
