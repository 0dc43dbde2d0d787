import { machine } from "../kernel/machine.ts";
import type { SUBMISSION_STATUSES } from "./schema.ts";

type Status = (typeof SUBMISSION_STATUSES)[number];

/** `auto` is part of handing in: a submission is stored once it awaits its grade. */
export const submissionMachine = machine<Status, "auto" | "grade" | "return">({
  name: "submission",
  initial: "submitted",
  alsoInitial: ["late"],
  transitions: {
    submitted: { auto: "grading" },
    late: { auto: "grading" },
    grading: { grade: "graded" },
    graded: { return: "returned" },
    returned: {},
  },
  phrases: { grade: "be graded", return: "be returned" },
});
