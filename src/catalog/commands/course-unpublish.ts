import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { courseAnswer } from "../course.ts";
import { courseUnpublished } from "../events.ts";
import { moveCourse } from "../lifecycle.ts";
import { courseRestoreBy } from "../permissions.ts";
import { courseById, tagsOf } from "../statements.ts";

export const courseUnpublish = command({
  type: "lms.course.unpublish",
  summary: "Take a published course back to draft",
  input: z.strictObject({ courseId: id }),
  output: courseAnswer,
  permission: courseRestoreBy,
  emits: [courseUnpublished],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    tags: tagsOf(db, input.courseId),
  }),
  decide: ({ course, tags }, { db, now }) =>
    moveCourse(course, "unpublish", {}, { db, now, tags }, ({ at, ...about }) =>
      event(courseUnpublished, course, { ...about, unpublishedAt: at }),
    ),
});
