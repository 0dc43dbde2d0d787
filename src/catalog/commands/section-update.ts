import * as z from "zod";
import { replaceQuestions } from "../../assessment/statements.ts";
import { attachFiles } from "../../files/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { sanitizer } from "../../kernel/html.ts";
import { id } from "../../kernel/id.ts";
import { revise } from "../../kernel/statement.ts";
import { namedBy, readSection, usableNamed } from "../authoring.ts";
import { apart, contentChanged, sectionContent } from "../content.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { placed, position, writeVersionedOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsModuleSections } from "../schema.ts";
import { sectionAnswer, sectionFields, showSection } from "../section.ts";
import { courseChanged, reviseModule, type SectionRow } from "../statements.ts";

export const sectionUpdate = command({
  type: "lms.section.update",
  summary: "Change a section; what is left out stays",
  input: z.strictObject({
    sectionId: id,
    ...sectionFields,
    title: sectionFields.title.optional(),
    type: sectionFields.type.optional(),
    position: position.optional(),
  }),
  output: sectionAnswer,
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION", "NOT_FOUND"],
  loads: [sanitizer],
  read: ({ db, input, actor }) => ({
    ...readSection(db, actor.orgId, input.sectionId),
    ...namedBy(db, actor.orgId, input),
  }),
  own: ownCourse,
  revises: "section",
  decide: ({ section, module, course, present, ...named }, { db, input, actor, now, id }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    const typed = contentChanged(sectionContent, section, input);
    if (isRefusal(typed)) return typed;
    const asking = apart(typed.content);
    const usable = usableNamed(named, [input], actor, course.id);
    if (isRefusal(usable)) return usable;
    const { sectionId, position, ...fields } = input;
    const before = present.map((one) => one.id);
    const ids = position === undefined ? before : placed(before, sectionId, position);
    const set: Partial<SectionRow> = {
      ...(fields as Partial<SectionRow>),
      content: asking.content,
      position: ids.indexOf(sectionId),
    };
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["sections"] });
    return {
      answer: showSection({ ...section, ...set, version: section.version + 1, updatedAt: now }),
      events,
      writes: [
        revision,
        reviseModule(db, module, {}, now),
        revise(db, lmsModuleSections, section, set, { now }),
        ...replaceQuestions({ db, orgId: actor.orgId, now, id }, { sectionId }, asking.questions),
        writeVersionedOrder(db, lmsModuleSections, ids, { orgId: actor.orgId, now }),
        ...attachFiles(db, actor.orgId, usable.fileIds, course.id),
      ],
    };
  },
});
