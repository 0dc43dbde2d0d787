import { machine } from "../kernel/machine.ts";

export const cohortMachine = machine({
  name: "cohort",
  initial: "scheduled",
  transitions: {
    scheduled: { activate: "active", cancel: "cancelled" },
    active: { complete: "completed", cancel: "cancelled" },
    completed: {},
    cancelled: {},
  },
});
