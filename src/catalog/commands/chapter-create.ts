import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { type ChapterRow, chaptersOf } from "../authoring.ts";
import { chapterAnswer, chapterTitle, showChapter } from "../chapter.ts";
import { readOnly } from "../course.ts";
import { chapterCreated } from "../events.ts";
import { CHAPTERS_MAX, placed, position, tooMany, writeOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseChapters, lmsCourses } from "../schema.ts";
import { courseById } from "../statements.ts";

export const chapterCreate = command({
  type: "lms.chapter.create",
  summary: "Add a chapter to a course",
  input: z.strictObject({ courseId: id, title: chapterTitle, position: position.optional() }),
  output: chapterAnswer,
  statuses: [201],
  permission: courseUpdateBy,
  emits: [chapterCreated],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    chapters: chaptersOf(db, actor.orgId, input.courseId),
  }),
  own: ownCourse,
  decide: ({ course, chapters }, { db, input, actor, now, id }) => {
    const fault =
      readOnly(course) ?? tooMany(chapters.length + 1, CHAPTERS_MAX, "chapters in a course");
    if (fault) return fault;
    const chapterId = id();
    const ids = placed(
      chapters.map((one) => one.id),
      chapterId,
      input.position,
    );
    const chapter: ChapterRow = {
      id: chapterId,
      organizationId: actor.orgId,
      courseId: course.id,
      title: input.title,
      position: ids.indexOf(chapterId),
      urlName: null,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const { title } = chapter;
    return {
      answer: showChapter(chapter),
      events: [event(chapterCreated, course, { courseId: course.id, chapterId, title })],
      writes: [
        revise(db, lmsCourses, course, {}, { now }),
        db.insert(lmsCourseChapters).values(chapter),
        writeOrder(db, lmsCourseChapters, ids, { orgId: actor.orgId, now }),
      ],
    };
  },
});
