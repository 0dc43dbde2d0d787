import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { courseAnswer } from "../course.ts";
import { courseRejected } from "../events.ts";
import { moveCourse } from "../lifecycle.ts";
import { courseReviewBy, notOwnCourse } from "../permissions.ts";
import { courseById, tagsOf } from "../statements.ts";

export const courseReject = command({
  type: "lms.course.reject",
  summary: "Send a course under review back to its author, with the reason",
  input: z.strictObject({ courseId: id, reason: prose(5_000) }),
  output: courseAnswer,
  permission: courseReviewBy,
  emits: [courseRejected],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    tags: tagsOf(db, input.courseId),
  }),
  own: notOwnCourse,
  decide: ({ course, tags }, { db, input, actor, now }) =>
    moveCourse(
      course,
      "reject",
      { rejectionReason: input.reason, rejectedBy: actor.id, rejectedAt: now },
      { db, now, tags },
      ({ at, ...about }) =>
        event(courseRejected, course, { ...about, rejectedBy: actor.id, rejectedAt: at }),
    ),
});
