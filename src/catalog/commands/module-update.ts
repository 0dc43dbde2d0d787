import * as z from "zod";
import { replaceQuestions } from "../../assessment/statements.ts";
import { attachFiles } from "../../files/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound } from "../../kernel/error.ts";
import { sanitizer } from "../../kernel/html.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { chapterById, indexedCourse, namedBy, usableNamed } from "../authoring.ts";
import { apart, contentChanged, moduleContent } from "../content.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { moduleAnswer, moduleFields, showModule } from "../module.ts";
import { placed, position, writeVersionedOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseModules } from "../schema.ts";
import { indexCourse, titlesFound } from "../search.ts";
import {
  authoredModule,
  courseChanged,
  courseIdOfModule,
  type ModuleRow,
  reviseModule,
} from "../statements.ts";

export const moduleUpdate = command({
  type: "lms.module.update",
  summary: "Change a module; what is left out stays",
  input: z.strictObject({
    moduleId: id,
    ...moduleFields,
    title: moduleFields.title.optional(),
    type: moduleFields.type.optional(),
    position: position.optional(),
  }),
  output: moduleAnswer,
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION", "NOT_FOUND"],
  loads: [sanitizer],
  read: ({ db, input, actor }) => ({
    module: found("Module", authoredModule(db, actor.orgId, input.moduleId)),
    ...indexedCourse(db, actor.orgId, courseIdOfModule(actor.orgId, input.moduleId)),
    chapter: input.chapterId ? maybe(chapterById(db, actor.orgId, input.chapterId)) : undefined,
    ...namedBy(db, actor.orgId, input),
  }),
  own: ownCourse,
  revises: "module",
  decide: ({ module, course, tags, outline, chapter, ...named }, { db, input, actor, now, id }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    if (input.chapterId && chapter?.courseId !== course.id) return notFound("Chapter");
    const typed = contentChanged(moduleContent, module, input);
    if (isRefusal(typed)) return typed;
    const asking = apart(typed.content);
    const usable = usableNamed(named, [input], actor, course.id);
    if (isRefusal(usable)) return usable;
    const { moduleId, position, ...fields } = input;
    const set: Partial<ModuleRow> = { ...(fields as Partial<ModuleRow>), content: asking.content };
    const before = outline.map((one) => one.id);
    const ids = position === undefined ? before : placed(before, moduleId, position);
    const at = ids.indexOf(moduleId);
    const changed: ModuleRow = {
      ...module,
      ...set,
      position: at,
      version: module.version + 1,
      updatedAt: now,
    };
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["modules"] });
    return {
      answer: showModule(changed),
      events,
      writes: [
        revision,
        reviseModule(db, module, { ...set, position: at }, now),
        ...replaceQuestions({ db, orgId: actor.orgId, now, id }, { moduleId }, asking.questions),
        writeVersionedOrder(db, lmsCourseModules, ids, { orgId: actor.orgId, now }),
        ...attachFiles(db, actor.orgId, usable.fileIds, course.id),
        ...(changed.title === module.title && changed.isPublished === module.isPublished
          ? []
          : indexCourse(db, course, {
              tags: tags.map((one) => one.tag),
              modules: titlesFound(outline.map((one) => (one.id === moduleId ? changed : one))),
            })),
      ],
    };
  },
});
