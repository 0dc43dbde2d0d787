import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { revise } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { readSection } from "../authoring.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { writeVersionedOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsModuleSections } from "../schema.ts";
import { courseChanged, reviseModule } from "../statements.ts";

export const sectionDelete = command({
  type: "lms.section.delete",
  summary: "Delete a section; progress made in it is kept",
  input: z.strictObject({ sectionId: id }),
  output: z.object({ id: z.string(), moduleId: z.string(), deletedAt: shownInstant }),
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => readSection(db, actor.orgId, input.sectionId),
  own: ownCourse,
  revises: "section",
  decide: ({ section, module, course, present }, { db, actor, now }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    const left = present.map((one) => one.id).filter((one) => one !== section.id);
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["sections"] });
    return {
      answer: { id: section.id, moduleId: module.id, deletedAt: iso(now) },
      events,
      writes: [
        revision,
        reviseModule(db, module, {}, now),
        revise(db, lmsModuleSections, section, { deletedAt: now }, { now }),
        writeVersionedOrder(db, lmsModuleSections, left, { orgId: actor.orgId, now }),
      ],
    };
  },
});
