import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { sectionIdsOf } from "../authoring.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { order, orderFault, writeVersionedOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsModuleSections } from "../schema.ts";
import {
  authoredModule,
  courseById,
  courseChanged,
  courseIdOfModule,
  reviseModule,
} from "../statements.ts";

export const sectionReorder = command({
  type: "lms.section.reorder",
  summary: "Put a module's sections in order",
  input: z.strictObject({ moduleId: id, sectionIds: order }),
  output: z.object({ moduleId: z.string(), sectionIds: z.array(z.string()) }),
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    module: found("Module", authoredModule(db, actor.orgId, input.moduleId)),
    course: found(
      "Module",
      courseById(db, actor.orgId, courseIdOfModule(actor.orgId, input.moduleId)),
    ),
    present: sectionIdsOf(db, actor.orgId, input.moduleId),
  }),
  own: ownCourse,
  revises: "module",
  decide: ({ module, course, present }, { db, input, actor, now }) => {
    const { sectionIds } = input;
    const ids = present.map((one) => one.id);
    const about = { field: "sectionIds", noun: "section", parent: "module" };
    const fault = readOnly(course) ?? orderFault(sectionIds, ids, about);
    if (fault) return fault;
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["sections"] });
    return {
      answer: { moduleId: module.id, sectionIds },
      events,
      writes: [
        revision,
        reviseModule(db, module, {}, now),
        writeVersionedOrder(db, lmsModuleSections, sectionIds, { orgId: actor.orgId, now }),
      ],
    };
  },
});
