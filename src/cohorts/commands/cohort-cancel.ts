import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { found } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { iso } from "../../kernel/time.ts";
import { changed } from "../change.ts";
import { cohortAnswer, cohortBy, namesOf, ownCohort } from "../cohort.ts";
import { cohortCancelled } from "../events.ts";
import { cohortMachine } from "../machine.ts";
import { cohortById, courseOfCohort, isOpenCohort, whileOpen } from "../statements.ts";

export const cohortCancel = command({
  type: "lms.cohort.cancel",
  summary: "Cancel a cohort, and name the one that takes its learners",
  input: z.strictObject({
    cohortId: id,
    reason: prose(2_000).optional(),
    moveTo: id.optional().describe("Another cohort of the course; without it, refunds"),
  }),
  output: cohortAnswer,
  permission: cohortBy("cancel"),
  feature: "enableCohorts",
  emits: [cohortCancelled],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED"],
  revises: "cohort",
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
    other: input.moveTo ? found("Cohort", cohortById(db, actor.orgId, input.moveTo)) : undefined,
  }),
  own: ownCohort,
  decide: ({ cohort, other }, { db, input, actor, now }) => {
    const step = transition(cohortMachine, cohort.status, "cancel");
    if (isRefusal(step)) return step;
    if (other && other.courseId !== cohort.courseId) return notFound("Cohort");
    if (other && (other.id === cohort.id || !isOpenCohort(other))) {
      return refuse("RULE_FAILED", "moveTo has to be another cohort that is scheduled or active");
    }
    const set = {
      status: step.to,
      cancelledAt: now,
      cancelReason: input.reason ?? null,
      moveTo: other?.id ?? null,
    };
    const cancelled = changed(db, cohort, set, {
      now,
      told: (next) => event(cohortCancelled, cohort, { ...namesOf(next), cancelledAt: iso(now) }),
    });
    if (!other) return cancelled;
    return { ...cancelled, writes: [whileOpen(db, actor.orgId, other.id), ...cancelled.writes] };
  },
});
