import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { chapterById, chaptersOf, courseIdOfChapter } from "../authoring.ts";
import { chapterAnswer, chapterTitle, showChapter } from "../chapter.ts";
import { readOnly } from "../course.ts";
import { chapterUpdated } from "../events.ts";
import { placed, position, writeOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseChapters, lmsCourses } from "../schema.ts";
import { courseById } from "../statements.ts";

export const chapterUpdate = command({
  type: "lms.chapter.update",
  summary: "Rename or move a chapter",
  input: z.strictObject({
    chapterId: id,
    title: chapterTitle.optional(),
    position: position.optional(),
  }),
  output: chapterAnswer,
  permission: courseUpdateBy,
  emits: [chapterUpdated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => {
    const courseId = courseIdOfChapter(actor.orgId, input.chapterId);
    return {
      chapter: found("Chapter", chapterById(db, actor.orgId, input.chapterId)),
      course: found("Chapter", courseById(db, actor.orgId, courseId)),
      chapters: chaptersOf(db, actor.orgId, courseId),
    };
  },
  own: ownCourse,
  decide: ({ chapter, course, chapters }, { db, input, actor, now }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    const { id: chapterId } = chapter;
    const before = chapters.map((one) => one.id);
    const ids = input.position === undefined ? before : placed(before, chapterId, input.position);
    const title = input.title ?? chapter.title;
    const changed = { ...chapter, title, position: ids.indexOf(chapterId), updatedAt: now };
    return {
      answer: showChapter(changed),
      events: [event(chapterUpdated, course, { courseId: course.id, chapterId, title })],
      writes: [
        revise(db, lmsCourses, course, {}, { now }),
        db
          .update(lmsCourseChapters)
          .set({ title, updatedAt: now })
          .where(
            and(
              eq(lmsCourseChapters.organizationId, actor.orgId),
              eq(lmsCourseChapters.id, chapterId),
            ),
          ),
        writeOrder(db, lmsCourseChapters, ids, { orgId: actor.orgId, now }),
      ],
    };
  },
});
