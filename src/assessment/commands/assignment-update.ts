import * as z from "zod";
import { readOnly, whileEditable } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { revise } from "../../kernel/statement.ts";
import {
  assignmentAnswer,
  assignmentFault,
  assignmentFields,
  namesOf,
  peersOff,
  rubricOf,
  showAssignment,
} from "../assignment.ts";
import { assignmentUpdated } from "../events.ts";
import { assignmentBy, ownCourse } from "../permissions.ts";
import { assignmentReads } from "../reads.ts";
import { lmsAssignments } from "../schema.ts";
import type { AssignmentRow } from "../statements.ts";

const fields = z.strictObject(assignmentFields).partial();

/** What is graded already keeps its penalty and its due date: they stand in the submission. */
export const assignmentUpdate = command({
  type: "lms.assignment.update",
  summary: "Change an assignment; what is left out stays, and what is graded keeps its grade",
  input: fields.extend({ assignmentId: id }),
  output: assignmentAnswer,
  permission: assignmentBy("update"),
  emits: [assignmentUpdated],
  refuses: ["INVALID_TRANSITION"],
  revises: "assignment",
  read: ({ db, input, actor }) => assignmentReads(db, actor.orgId, input.assignmentId),
  own: ownCourse,
  decide: ({ assignment, course }, { db, input, now, settings, id: newId }) => {
    const { assignmentId: _, rubric, ...rest } = input;
    const given = { ...rest, ...(rubric === undefined ? {} : { rubric: rubricOf(rubric, newId) }) };
    const updatedFields = fields
      .keyof()
      .options.filter(
        (name) =>
          given[name] !== undefined &&
          JSON.stringify(given[name]) !== JSON.stringify(assignment[name]),
      );
    const set = Object.fromEntries(updatedFields.map((name) => [name, given[name]]));
    const next: AssignmentRow = {
      ...assignment,
      ...set,
      version: assignment.version + 1,
      updatedAt: now,
    };
    const fault = readOnly(course) ?? assignmentFault(next) ?? peersOff(set, settings);
    if (fault) return fault;
    if (updatedFields.length === 0) return { answer: showAssignment(assignment) };
    return {
      answer: showAssignment(next),
      events: [event(assignmentUpdated, assignment, { ...namesOf(next), updatedFields })],
      writes: [whileEditable(db, course), revise(db, lmsAssignments, assignment, set, { now })],
    };
  },
});
