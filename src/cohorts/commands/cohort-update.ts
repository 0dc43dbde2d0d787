import * as z from "zod";
import { memberById } from "../../identity/statements.ts";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { changed } from "../change.ts";
import {
  cohortAnswer,
  cohortBy,
  cohortFields,
  datesFault,
  instructorFault,
  instructorField,
  namesOf,
  ownCohort,
  showCohort,
} from "../cohort.ts";
import { cohortUpdated } from "../events.ts";
import { closedFault, cohortById, courseOfCohort, noSeatLeft } from "../statements.ts";

const fields = z.strictObject({ ...cohortFields, instructorId: instructorField }).partial();

/** A lower capacity is told to the cohort's object before the batch, a higher one after it. */
export const cohortUpdate = command({
  type: "lms.cohort.update",
  summary: "Change a cohort that is not over",
  input: fields.extend({ cohortId: id }),
  output: cohortAnswer,
  permission: cohortBy("update"),
  feature: "enableCohorts",
  emits: [cohortUpdated],
  refuses: ["INVALID_TRANSITION", "CAPACITY_REACHED"],
  revises: "cohort",
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
    instructor: input.instructorId
      ? maybe(memberById(db, actor.orgId, input.instructorId))
      : undefined,
  }),
  own: ownCohort,
  decide: ({ cohort, instructor }, { db, input, actor, now }) => {
    const { cohortId, ...wanted } = input;
    const fault =
      closedFault(cohort, "be changed") ??
      datesFault({ ...cohort, ...wanted }) ??
      instructorFault(input.instructorId, instructor, actor);
    if (fault) return fault;
    const names = fields.keyof().options;
    const updatedFields = names.filter(
      (name) => wanted[name] !== undefined && wanted[name] !== cohort[name],
    );
    if (updatedFields.length === 0) return { answer: showCohort(cohort) };
    const set = Object.fromEntries(updatedFields.map((name) => [name, wanted[name]]));
    const accepted = changed(db, cohort, set, {
      now,
      told: (next) => event(cohortUpdated, cohort, { ...namesOf(next), updatedFields }),
    });
    const { capacity } = accepted.answer;
    if (capacity >= cohort.capacity) return accepted;
    const request = {
      cohortId,
      capacity,
      cohortVersion: cohort.version + 1,
      lowers: true as const,
    };
    return { ...accepted, seat: { request, otherwise: noSeatLeft({ capacity }) } };
  },
});
