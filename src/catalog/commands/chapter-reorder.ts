import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { chaptersOf } from "../authoring.ts";
import { readOnly } from "../course.ts";
import { chapterReordered } from "../events.ts";
import { order, orderFault, writeOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseChapters, lmsCourses } from "../schema.ts";
import { courseById } from "../statements.ts";

export const chapterReorder = command({
  type: "lms.chapter.reorder",
  summary: "Put a course's chapters in order",
  input: z.strictObject({ courseId: id, chapterIds: order }),
  output: z.object({ courseId: z.string(), chapterIds: z.array(z.string()) }),
  permission: courseUpdateBy,
  emits: [chapterReordered],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    chapters: chaptersOf(db, actor.orgId, input.courseId),
  }),
  own: ownCourse,
  revises: "course",
  decide: ({ course, chapters }, { db, input, actor, now }) => {
    const { chapterIds } = input;
    const present = chapters.map((one) => one.id);
    const about = { field: "chapterIds", noun: "chapter", parent: "course" };
    const fault = readOnly(course) ?? orderFault(chapterIds, present, about);
    if (fault) return fault;
    const answer = { courseId: course.id, chapterIds };
    return {
      answer,
      events: [event(chapterReordered, course, answer)],
      writes: [
        revise(db, lmsCourses, course, {}, { now }),
        writeOrder(db, lmsCourseChapters, chapterIds, { orgId: actor.orgId, now }),
      ],
    };
  },
});
