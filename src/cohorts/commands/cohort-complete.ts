import * as z from "zod";
import { enrolledIn } from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { found } from "../../kernel/statement.ts";
import { iso } from "../../kernel/time.ts";
import { changed } from "../change.ts";
import { cohortAnswer, cohortBy, namesOf, ownCohort } from "../cohort.ts";
import { cohortCompleted } from "../events.ts";
import { cohortMachine } from "../machine.ts";
import { cohortById, courseOfCohort } from "../statements.ts";

export const cohortComplete = command({
  type: "lms.cohort.complete",
  summary: "End a cohort that has run its course",
  input: z.strictObject({ cohortId: id }),
  output: cohortAnswer,
  permission: cohortBy("complete"),
  feature: "enableCohorts",
  emits: [cohortCompleted],
  refuses: ["INVALID_TRANSITION"],
  revises: "cohort",
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
    counts: found("Cohort", enrolledIn(db, actor.orgId, input.cohortId)),
  }),
  own: ownCohort,
  decide: ({ cohort, counts }, { db, now }) => {
    const step = transition(cohortMachine, cohort.status, "complete");
    if (isRefusal(step)) return step;
    return changed(
      db,
      cohort,
      { status: step.to, completedAt: now },
      {
        now,
        told: (next) =>
          event(cohortCompleted, cohort, {
            ...namesOf(next),
            completedAt: iso(now),
            totalEnrolled: counts.enrolled,
            totalCompleted: counts.completed,
          }),
      },
    );
  },
});
