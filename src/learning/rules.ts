import { rule } from "../kernel/rule.ts";

export const moduleSequentialLock = rule({
  id: "moduleSequentialLock",
  scope: "module:start",
  expr: {
    or: [
      { field: "module.requiredPrevious", op: "eq", value: false },
      { field: "previous", op: "exists", value: false },
      { field: "previous.status", op: "eq", value: "completed" },
    ],
  },
  code: "PROGRESS_BLOCKED",
  detail: "The module before this one has to be completed first",
});
