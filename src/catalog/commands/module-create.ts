import * as z from "zod";
import { insertQuestions } from "../../assessment/statements.ts";
import { attachFiles } from "../../files/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound } from "../../kernel/error.ts";
import { sanitizer } from "../../kernel/html.ts";
import { id } from "../../kernel/id.ts";
import { maybe } from "../../kernel/statement.ts";
import { chapterById, indexedCourse, namedBy, usableNamed } from "../authoring.ts";
import { apart, moduleContent, typedContent } from "../content.ts";
import { readOnly } from "../course.ts";
import { courseUpdated } from "../events.ts";
import { moduleAnswer, moduleFields, showModule } from "../module.ts";
import {
  MODULES_MAX,
  placed,
  position,
  SECTIONS_MAX,
  tooMany,
  writeVersionedOrder,
} from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseModules, lmsModuleSections } from "../schema.ts";
import { indexCourse, titlesFound } from "../search.ts";
import { newSection, sectionAnswer, sectionRow, showSection } from "../section.ts";
import { courseChanged, type ModuleRow } from "../statements.ts";

const newModule = z
  .strictObject({
    courseId: id,
    ...moduleFields,
    position: position.optional(),
    sections: z.array(newSection).max(SECTIONS_MAX).optional(),
  })
  .transform(typedContent(moduleContent));

export const moduleCreate = command({
  type: "lms.module.create",
  summary: "Add a module to a course, with its sections if wished",
  input: newModule,
  output: moduleAnswer.extend({ sections: z.array(sectionAnswer) }),
  statuses: [201],
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["INVALID_TRANSITION", "NOT_FOUND", "RULE_FAILED"],
  loads: [sanitizer],
  read: ({ db, input, actor }) => ({
    ...indexedCourse(db, actor.orgId, input.courseId),
    chapter: input.chapterId ? maybe(chapterById(db, actor.orgId, input.chapterId)) : undefined,
    ...namedBy(db, actor.orgId, input, ...(input.sections ?? [])),
  }),
  own: ownCourse,
  decide: ({ course, tags, outline, chapter, ...named }, { db, input, actor, now, id }) => {
    const fault =
      readOnly(course) ?? tooMany(outline.length + 1, MODULES_MAX, "modules in a course");
    if (fault) return fault;
    if (input.chapterId && chapter?.courseId !== course.id) return notFound("Chapter");
    const usable = usableNamed(named, [input, ...(input.sections ?? [])], actor, course.id);
    if (isRefusal(usable)) return usable;
    const moduleId = id();
    const ids = placed(
      outline.map((one) => one.id),
      moduleId,
      input.position,
    );
    const own = { id: moduleId, organizationId: actor.orgId, position: ids.indexOf(moduleId), now };
    const asking = apart(input.content);
    const module = moduleRow({ ...input, content: asking.content }, own);
    const ask = { db, orgId: actor.orgId, now, id };
    const sections = (input.sections ?? []).map((section, at) => {
      const { content, questions } = apart(section.content);
      const row = sectionRow({ ...section, content }, { ...own, id: id(), moduleId, position: at });
      return { row, asking: insertQuestions(ask, { sectionId: row.id }, questions) };
    });
    const { events, revision } = courseChanged(db, course, { now, updatedFields: ["modules"] });
    return {
      answer: { ...showModule(module), sections: sections.map(({ row }) => showSection(row)) },
      events,
      writes: [
        revision,
        db.insert(lmsCourseModules).values(module),
        ...insertQuestions(ask, { moduleId }, asking.questions),
        ...sections.flatMap(({ row, asking }) => [
          db.insert(lmsModuleSections).values(row),
          ...asking,
        ]),
        writeVersionedOrder(db, lmsCourseModules, ids, { orgId: actor.orgId, now }),
        ...attachFiles(db, actor.orgId, usable.fileIds, course.id),
        ...indexCourse(db, course, {
          tags: tags.map((one) => one.tag),
          modules: titlesFound([...outline, module]),
        }),
      ],
    };
  },
});

function moduleRow(
  input: z.infer<typeof newModule>,
  { now, ...own }: { id: string; organizationId: string; position: number; now: number },
): ModuleRow {
  return {
    ...own,
    courseId: input.courseId,
    chapterId: input.chapterId ?? null,
    title: input.title,
    description: input.description ?? "",
    learningObjectives: input.learningObjectives ?? [],
    type: input.type,
    contentRef: input.contentRef ?? null,
    content: input.content,
    estimatedMinutes: input.estimatedMinutes ?? null,
    isFree: input.isFree ?? false,
    isPublished: input.isPublished ?? false,
    isRequired: input.isRequired ?? true,
    requiredPrevious: input.requiredPrevious ?? false,
    minimumSeconds: input.minimumSeconds ?? null,
    masteryScore: input.masteryScore ?? null,
    urlName: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}
