import * as z from "zod";
import {
  authoredModule,
  courseById,
  courseIdOfModule,
  readOnly,
  whileEditable,
} from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { notFound } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { iso } from "../../kernel/time.ts";
import {
  assignmentAnswer,
  assignmentFault,
  assignmentFields,
  namesOf,
  peersOff,
  rubricOf,
  showAssignment,
} from "../assignment.ts";
import { assignmentCreated } from "../events.ts";
import { assignmentBy, ownCourse } from "../permissions.ts";
import { lmsAssignments } from "../schema.ts";
import type { AssignmentRow } from "../statements.ts";

const DEFAULT_PEERS = 3;

export const assignmentCreate = command({
  type: "lms.assignment.create",
  summary: "Give a course, or one of its modules, an assignment",
  input: z
    .strictObject({ courseId: id.optional(), moduleId: id.optional(), ...assignmentFields })
    .refine((input) => input.courseId !== undefined || input.moduleId !== undefined, {
      path: ["courseId"],
      message: "Name the course by courseId, or one of its modules by moduleId",
    }),
  output: assignmentAnswer,
  statuses: [201],
  permission: assignmentBy("create"),
  emits: [assignmentCreated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => {
    const { orgId } = actor;
    const courseId = input.courseId ?? courseIdOfModule(orgId, input.moduleId ?? "");
    return {
      module:
        input.moduleId === undefined
          ? undefined
          : found("Module", authoredModule(db, orgId, input.moduleId)),
      course: found("Course", courseById(db, orgId, courseId)),
    };
  },
  own: ownCourse,
  decide: ({ course, module }, { db, input, actor, now, settings, id: newId }) => {
    if (module && module.courseId !== course.id) return notFound("Module");
    const row: AssignmentRow = {
      id: newId(),
      organizationId: actor.orgId,
      courseId: course.id,
      moduleId: module?.id ?? null,
      title: input.title,
      instructions: input.instructions,
      type: input.type,
      maxScore: input.maxScore,
      passingScore: input.passingScore,
      maxAttempts: input.maxAttempts ?? null,
      allowLateSubmission: input.allowLateSubmission ?? false,
      latePenaltyPct: input.latePenaltyPct ?? 0,
      dueHoursAfterEnrollment: input.dueHoursAfterEnrollment ?? null,
      absoluteDueDate: input.absoluteDueDate ?? null,
      rubric: rubricOf(input.rubric, newId),
      peers: input.peers ?? (input.type === "peer-review" ? DEFAULT_PEERS : null),
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const fault = readOnly(course) ?? assignmentFault(row) ?? peersOff(row, settings);
    if (fault) return fault;
    return {
      answer: showAssignment(row),
      events: [event(assignmentCreated, { id: row.id, version: 0 }, createdPayload(row))],
      writes: [whileEditable(db, course), db.insert(lmsAssignments).values(row)],
    };
  },
});

function createdPayload(row: AssignmentRow) {
  const { title, type, maxScore, passingScore, dueHoursAfterEnrollment, absoluteDueDate } = row;
  return {
    ...namesOf(row),
    title,
    type,
    maxScore,
    passingScore,
    ...(dueHoursAfterEnrollment === null ? {} : { dueHoursAfterEnrollment }),
    ...(absoluteDueDate === null ? {} : { absoluteDueDate: iso(absoluteDueDate) }),
  };
}
