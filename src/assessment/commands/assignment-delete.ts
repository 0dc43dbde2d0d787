import * as z from "zod";
import { readOnly, whileEditable } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { revise } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { namesOf } from "../assignment.ts";
import { assignmentDeleted } from "../events.ts";
import { assignmentBy, ownCourse } from "../permissions.ts";
import { assignmentReads } from "../reads.ts";
import { lmsAssignments } from "../schema.ts";

export const assignmentDelete = command({
  type: "lms.assignment.delete",
  summary: "Delete an assignment; what was handed in is kept",
  input: z.strictObject({ assignmentId: id }),
  output: z.object({ id: z.string(), courseId: z.string(), deletedAt: shownInstant }),
  permission: assignmentBy("delete"),
  emits: [assignmentDeleted],
  refuses: ["INVALID_TRANSITION"],
  revises: "assignment",
  read: ({ db, input, actor }) => assignmentReads(db, actor.orgId, input.assignmentId),
  own: ownCourse,
  decide: ({ assignment, course }, { db, now }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    const { title } = assignment;
    const deletedAt = iso(now);
    return {
      answer: { id: assignment.id, courseId: course.id, deletedAt },
      events: [event(assignmentDeleted, assignment, { ...namesOf(assignment), title, deletedAt })],
      writes: [
        whileEditable(db, course),
        revise(db, lmsAssignments, assignment, { deletedAt: now }, { now }),
      ],
    };
  },
});
