import * as z from "zod";
import { courseById, whileNotArchived } from "../../catalog/statements.ts";
import { memberById } from "../../identity/statements.ts";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
import {
  cohortAnswer,
  cohortBy,
  cohortFields,
  datesFault,
  instructorFault,
  instructorField,
  namesOf,
  showCohort,
} from "../cohort.ts";
import { cohortCreated } from "../events.ts";
import { lmsCohorts } from "../schema.ts";
import type { CohortRow } from "../statements.ts";
import { tellCohort } from "../tasks.ts";

export const cohortCreate = command({
  type: "lms.cohort.create",
  summary: "Open a cohort of a course",
  input: z.strictObject({
    courseId: id,
    ...cohortFields,
    instructorId: instructorField.optional(),
  }),
  output: cohortAnswer,
  statuses: [201],
  permission: cohortBy("create"),
  feature: "enableCohorts",
  emits: [cohortCreated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    instructor: input.instructorId
      ? maybe(memberById(db, actor.orgId, input.instructorId))
      : undefined,
  }),
  own: { instructor: ({ course }, actor) => course.instructorId === actor.id },
  decide: ({ course, instructor }, { db, input, actor, now, id }) => {
    const fault = datesFault(input) ?? instructorFault(input.instructorId, instructor, actor);
    if (fault) return fault;
    if (course.status === "archived") {
      return refuse("INVALID_TRANSITION", "An archived course opens no cohorts; restore it first", {
        more: { state: course.status },
      });
    }
    const cohort: CohortRow = {
      id: id(),
      organizationId: actor.orgId,
      courseId: course.id,
      name: input.name,
      instructorId: input.instructorId ?? course.instructorId,
      startDate: input.startDate,
      endDate: input.endDate,
      capacity: input.capacity,
      timezone: input.timezone,
      status: "scheduled",
      activatedAt: null,
      completedAt: null,
      cancelledAt: null,
      cancelReason: null,
      moveTo: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const { startDate, endDate, capacity, timezone } = cohort;
    return {
      answer: showCohort(cohort),
      events: [
        event(
          cohortCreated,
          { id: cohort.id, version: 0 },
          { ...namesOf(cohort), startDate, endDate, capacity, timezone },
        ),
      ],
      writes: [whileNotArchived(db, course), db.insert(lmsCohorts).values(cohort)],
      tasks: [newTask(tellCohort, { subject: cohort.id, payload: {} })],
    };
  },
});
