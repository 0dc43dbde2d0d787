import * as z from "zod";
import { insertQuestions } from "../../assessment/statements.ts";
import { attachFiles } from "../../files/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { sanitizer } from "../../kernel/html.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { namedBy, sectionIdsOf, usableNamed } from "../authoring.ts";
import { apart, sectionContent, typedContent } from "../content.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { placed, position, SECTIONS_MAX, tooMany, writeVersionedOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsModuleSections } from "../schema.ts";
import { sectionAnswer, sectionFields, sectionRow, showSection } from "../section.ts";
import {
  authoredModule,
  courseById,
  courseChanged,
  courseIdOfModule,
  reviseModule,
} from "../statements.ts";

export const sectionCreate = command({
  type: "lms.section.create",
  summary: "Add a section to a module",
  input: z
    .strictObject({ moduleId: id, ...sectionFields, position: position.optional() })
    .transform(typedContent(sectionContent)),
  output: sectionAnswer,
  statuses: [201],
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION", "NOT_FOUND", "RULE_FAILED"],
  loads: [sanitizer],
  read: ({ db, input, actor }) => ({
    module: found("Module", authoredModule(db, actor.orgId, input.moduleId)),
    course: found(
      "Module",
      courseById(db, actor.orgId, courseIdOfModule(actor.orgId, input.moduleId)),
    ),
    present: sectionIdsOf(db, actor.orgId, input.moduleId),
    ...namedBy(db, actor.orgId, input),
  }),
  own: ownCourse,
  decide: ({ module, course, present, ...named }, { db, input, actor, now, id }) => {
    const fault =
      readOnly(course) ?? tooMany(present.length + 1, SECTIONS_MAX, "sections in a module");
    if (fault) return fault;
    const usable = usableNamed(named, [input], actor, course.id);
    if (isRefusal(usable)) return usable;
    const sectionId = id();
    const ids = placed(
      present.map((one) => one.id),
      sectionId,
      input.position,
    );
    const { questions, ...content } = apart(input.content);
    const section = sectionRow(
      { ...input, ...content },
      {
        id: sectionId,
        organizationId: actor.orgId,
        moduleId: module.id,
        position: ids.indexOf(sectionId),
        now,
      },
    );
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["sections"] });
    return {
      answer: showSection(section),
      events,
      writes: [
        revision,
        reviseModule(db, module, {}, now),
        db.insert(lmsModuleSections).values(section),
        ...insertQuestions({ db, orgId: actor.orgId, now, id }, { sectionId }, questions),
        writeVersionedOrder(db, lmsModuleSections, ids, { orgId: actor.orgId, now }),
        ...attachFiles(db, actor.orgId, usable.fileIds, course.id),
      ],
    };
  },
});
