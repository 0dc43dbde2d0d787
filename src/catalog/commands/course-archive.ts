import * as z from "zod";
import { anyActiveEnrollment, whileNobodyLearns } from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { courseAnswer } from "../course.ts";
import { courseArchived } from "../events.ts";
import { moveCourse } from "../lifecycle.ts";
import { courseArchiveBy, ownCourse } from "../permissions.ts";
import { courseById, tagsOf } from "../statements.ts";

export const courseArchive = command({
  type: "lms.course.archive",
  summary: "Archive a published course",
  input: z.strictObject({ courseId: id }),
  output: courseAnswer,
  permission: courseArchiveBy,
  emits: [courseArchived],
  refuses: ["INVALID_TRANSITION", "PERMISSION_DENIED"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    tags: tagsOf(db, input.courseId),
    learning: maybe(anyActiveEnrollment(db, actor.orgId, input.courseId)),
  }),
  own: ownCourse,
  decide: ({ course, tags, learning }, { db, now, actor }) => {
    const anyway = actor.type === "system" || actor.roles.includes("lms-admin");
    if (learning && !anyway) {
      return refuse(
        "PERMISSION_DENIED",
        "Permission denied: course:archive while learners are active; ask an lms-admin",
      );
    }
    const moved = moveCourse(course, "archive", {}, { db, now, tags }, ({ at, ...about }) =>
      event(courseArchived, course, { ...about, archivedAt: at }),
    );
    if ("refused" in moved || anyway) return moved;
    return { ...moved, writes: [whileNobodyLearns(db, actor.orgId, course.id), ...moved.writes] };
  },
});
