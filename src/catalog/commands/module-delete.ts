import { and, eq, isNull } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { indexedCourse } from "../authoring.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { writeVersionedOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseModules, lmsModuleSections } from "../schema.ts";
import { indexCourse, titlesFound } from "../search.ts";
import { authoredModule, courseChanged, courseIdOfModule, reviseModule } from "../statements.ts";

export const moduleDelete = command({
  type: "lms.module.delete",
  summary: "Delete a module with its sections; progress made in it is kept",
  input: z.strictObject({ moduleId: id }),
  output: z.object({ id: z.string(), courseId: z.string(), deletedAt: shownInstant }),
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    module: found("Module", authoredModule(db, actor.orgId, input.moduleId)),
    ...indexedCourse(db, actor.orgId, courseIdOfModule(actor.orgId, input.moduleId)),
  }),
  own: ownCourse,
  revises: "module",
  decide: ({ module, course, tags, outline }, { db, actor, now }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    const left = outline.filter((one) => one.id !== module.id);
    const ids = left.map((one) => one.id);
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["modules"] });
    return {
      answer: { id: module.id, courseId: course.id, deletedAt: iso(now) },
      events,
      writes: [
        revision,
        reviseModule(db, module, { deletedAt: now }, now),
        db
          .update(lmsModuleSections)
          .set({ deletedAt: now, updatedAt: now })
          .where(
            and(
              eq(lmsModuleSections.organizationId, actor.orgId),
              eq(lmsModuleSections.moduleId, module.id),
              isNull(lmsModuleSections.deletedAt),
            ),
          ),
        writeVersionedOrder(db, lmsCourseModules, ids, { orgId: actor.orgId, now }),
        ...indexCourse(db, course, {
          tags: tags.map((one) => one.tag),
          modules: titlesFound(left),
        }),
      ],
    };
  },
});
