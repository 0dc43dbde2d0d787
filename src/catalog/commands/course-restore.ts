import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { courseAnswer } from "../course.ts";
import { courseRestored } from "../events.ts";
import { moveCourse } from "../lifecycle.ts";
import { courseRestoreBy } from "../permissions.ts";
import { courseById, tagsOf } from "../statements.ts";

export const courseRestore = command({
  type: "lms.course.restore",
  summary: "Bring an archived course back as a draft",
  input: z.strictObject({ courseId: id }),
  output: courseAnswer,
  permission: courseRestoreBy,
  emits: [courseRestored],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    tags: tagsOf(db, input.courseId),
  }),
  decide: ({ course, tags }, { db, now }) =>
    moveCourse(course, "restore", {}, { db, now, tags }, ({ at, ...about }) =>
      event(courseRestored, course, { ...about, restoredAt: at }),
    ),
});
