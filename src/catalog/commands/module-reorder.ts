import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { order, orderFault, writeVersionedOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseModules } from "../schema.ts";
import { courseById, courseChanged, moduleOutlineOf } from "../statements.ts";

export const moduleReorder = command({
  type: "lms.module.reorder",
  summary: "Put a course's modules in order",
  input: z.strictObject({ courseId: id, moduleIds: order }),
  output: z.object({ courseId: z.string(), moduleIds: z.array(z.string()) }),
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    outline: moduleOutlineOf(db, actor.orgId, input.courseId),
  }),
  own: ownCourse,
  revises: "course",
  decide: ({ course, outline }, { db, input, actor, now }) => {
    const { moduleIds } = input;
    const present = outline.map((one) => one.id);
    const about = { field: "moduleIds", noun: "module", parent: "course" };
    const fault = readOnly(course) ?? orderFault(moduleIds, present, about);
    if (fault) return fault;
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["modules"] });
    return {
      answer: { courseId: course.id, moduleIds },
      events,
      writes: [
        revision,
        writeVersionedOrder(db, lmsCourseModules, moduleIds, { orgId: actor.orgId, now }),
      ],
    };
  },
});
