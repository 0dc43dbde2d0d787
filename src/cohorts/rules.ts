import { rule } from "../kernel/rule.ts";

/** Decided by the cohort's object, which alone counts the seats leased. */
export const cohortCapacityLimit = rule({
  id: "cohortCapacityLimit",
  scope: "cohort:enroll",
  expr: { field: "cohort.seatsTaken", op: "lt", value: { ref: "cohort.capacity" } },
  code: "CAPACITY_REACHED",
  detail: "Every seat of this cohort is taken; choose another cohort",
});
