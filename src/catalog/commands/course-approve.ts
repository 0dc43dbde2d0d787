import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { courseAnswer } from "../course.ts";
import { coursePublished } from "../events.ts";
import { moveCourse } from "../lifecycle.ts";
import { courseReviewBy, notOwnCourse } from "../permissions.ts";
import { courseById, tagsOf } from "../statements.ts";

export const courseApprove = command({
  type: "lms.course.approve",
  summary: "Approve a course under review: it is published",
  input: z.strictObject({ courseId: id }),
  output: courseAnswer,
  permission: courseReviewBy,
  emits: [coursePublished],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    tags: tagsOf(db, input.courseId),
  }),
  own: notOwnCourse,
  decide: ({ course, tags }, { db, now }) =>
    moveCourse(
      course,
      "approve",
      {
        publishedAt: now,
        revision: course.revision + 1,
        rejectionReason: null,
        rejectedBy: null,
        rejectedAt: null,
      },
      { db, now, tags },
      ({ at, ...about }) =>
        event(coursePublished, course, { ...about, slug: course.slug, publishedAt: at }),
    ),
});
