import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { breaks } from "../../kernel/rule.ts";
import { found } from "../../kernel/statement.ts";
import { courseAnswer } from "../course.ts";
import { courseSubmittedForReview } from "../events.ts";
import { moveCourse } from "../lifecycle.ts";
import { courseSubmitBy, ownCourse } from "../permissions.ts";
import { coursePublishRequiresModule, coursePublishRequiresPrice } from "../rules.ts";
import { courseById, moduleOutlineOf, tagsOf } from "../statements.ts";

export const courseSubmitReview = command({
  type: "lms.course.submitReview",
  summary: "Submit a draft for review",
  input: z.strictObject({ courseId: id }),
  output: courseAnswer,
  permission: courseSubmitBy,
  emits: [courseSubmittedForReview],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    modules: moduleOutlineOf(db, actor.orgId, input.courseId),
    tags: tagsOf(db, input.courseId),
  }),
  own: ownCourse,
  decide: ({ course, modules, tags }, { db, now }) => {
    const moved = moveCourse(course, "submit-review", {}, { db, now, tags }, ({ at, ...about }) =>
      event(courseSubmittedForReview, course, { ...about, submittedAt: at }),
    );
    const publishedModules = modules.filter((module) => module.isPublished).length;
    const facts = { course: { priceAmount: course.priceAmount, publishedModules } };
    if ("refused" in moved) return moved;
    return (
      breaks(coursePublishRequiresModule, facts) ??
      breaks(coursePublishRequiresPrice, facts) ??
      moved
    );
  },
});
