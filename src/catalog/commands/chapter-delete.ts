import { and, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { chapterById, chaptersOf, courseIdOfChapter } from "../authoring.ts";
import { readOnly } from "../course.ts";
import { chapterDeleted } from "../events.ts";
import { writeOrder } from "../order.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourseChapters, lmsCourseModules, lmsCourses } from "../schema.ts";
import { courseById } from "../statements.ts";

export const chapterDelete = command({
  type: "lms.chapter.delete",
  summary: "Delete a chapter; its modules stay in the course, in none",
  input: z.strictObject({ chapterId: id }),
  output: z.object({ id: z.string(), courseId: z.string(), deletedAt: shownInstant }),
  permission: courseUpdateBy,
  emits: [chapterDeleted],
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
  decide: ({ chapter, course, chapters }, { db, actor, now }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    const { id: chapterId, title } = chapter;
    const left = chapters.map((one) => one.id).filter((one) => one !== chapterId);
    return {
      answer: { id: chapterId, courseId: course.id, deletedAt: iso(now) },
      events: [event(chapterDeleted, course, { courseId: course.id, chapterId, title })],
      writes: [
        revise(db, lmsCourses, course, {}, { now }),
        db
          .update(lmsCourseModules)
          .set({ chapterId: null, version: sql`${lmsCourseModules.version} + 1`, updatedAt: now })
          .where(
            and(
              eq(lmsCourseModules.courseId, course.id),
              eq(lmsCourseModules.organizationId, actor.orgId),
              eq(lmsCourseModules.chapterId, chapterId),
            ),
          ),
        db
          .update(lmsCourseChapters)
          .set({ deletedAt: now, updatedAt: now })
          .where(
            and(
              eq(lmsCourseChapters.organizationId, actor.orgId),
              eq(lmsCourseChapters.id, chapterId),
            ),
          ),
        writeOrder(db, lmsCourseChapters, left, { orgId: actor.orgId, now }),
      ],
    };
  },
});
