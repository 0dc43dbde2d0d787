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
import { cohortActivated } from "../events.ts";
import { cohortMachine } from "../machine.ts";
import { cohortById, courseOfCohort } from "../statements.ts";

export const cohortActivate = command({
  type: "lms.cohort.activate",
  summary: "Start a cohort",
  input: z.strictObject({ cohortId: id }),
  output: cohortAnswer,
  permission: cohortBy("activate"),
  feature: "enableCohorts",
  emits: [cohortActivated],
  refuses: ["INVALID_TRANSITION"],
  revises: "cohort",
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
    counts: found("Cohort", enrolledIn(db, actor.orgId, input.cohortId)),
  }),
  own: ownCohort,
  decide: ({ cohort, counts }, { db, now }) => {
    const step = transition(cohortMachine, cohort.status, "activate");
    if (isRefusal(step)) return step;
    return changed(
      db,
      cohort,
      { status: step.to, activatedAt: now },
      {
        now,
        told: (next) =>
          event(cohortActivated, cohort, {
            ...namesOf(next),
            activatedAt: iso(now),
            enrolledCount: counts.enrolled,
          }),
      },
    );
  },
});
