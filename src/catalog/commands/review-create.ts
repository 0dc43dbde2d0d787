import * as z from "zod";
import { enrollmentOf, isOpen, whileCounted } from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { notFound, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { iso } from "../../kernel/time.ts";
import { courseRef } from "../course.ts";
import { reviewCreated } from "../events.ts";
import { reviewCreateBy } from "../permissions.ts";
import {
  countRating,
  REVIEWED,
  type ReviewRow,
  reviewAnswer,
  reviewOf,
  showReview,
} from "../review.ts";
import { lmsCourseReviews } from "../schema.ts";
import { courseByRef, courseIdOf } from "../statements.ts";
import { maySee } from "../visible.ts";

export const reviewCreate = command({
  type: "lms.review.create",
  summary: "Rate a course that one learns in, once",
  input: z.strictObject({
    courseId: courseRef,
    rating: z.int().min(1).max(5),
    comment: prose(10_000).optional(),
  }),
  output: reviewAnswer,
  statuses: [201],
  permission: reviewCreateBy,
  emits: [reviewCreated],
  refuses: ["DUPLICATE", "INVALID_TRANSITION"],
  read: ({ db, input, actor }) => {
    const courseId = courseIdOf(actor.orgId, input.courseId);
    return {
      course: found("Course", courseByRef(db, actor.orgId, input.courseId)),
      enrollment: maybe(enrollmentOf(db, actor.orgId, actor.id, courseId)),
      before: maybe(reviewOf(db, actor.orgId, actor.id, courseId)),
    };
  },
  own: {
    /** A course that the actor can't see is missing, which is for `decide` to say. */
    member: ({ course, enrollment }, actor) =>
      enrollment !== undefined || !maySee(course, actor, undefined),
  },
  decide: ({ course, enrollment, before }, { db, input, actor, now, id }) => {
    if (!enrollment) return notFound("Course");
    if (before) return refuse("DUPLICATE", REVIEWED);
    if (!isOpen(enrollment, now)) {
      return refuse(
        "INVALID_TRANSITION",
        `Enrollment must be active or completed to review the course; it is ${enrollment.status}`,
        { more: { state: enrollment.status } },
      );
    }
    const row: ReviewRow = {
      id: id(),
      organizationId: actor.orgId,
      courseId: course.id,
      enrollmentId: enrollment.id,
      learnerId: actor.id,
      rating: input.rating,
      comment: input.comment ?? null,
      status: "visible",
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    return {
      answer: showReview(row),
      events: [
        event(
          reviewCreated,
          { id: row.id, version: 0 },
          {
            reviewId: row.id,
            courseId: course.id,
            learnerId: actor.id,
            enrollmentId: enrollment.id,
            rating: row.rating,
            createdAt: iso(now),
          },
        ),
      ],
      writes: [
        db.insert(lmsCourseReviews).values(row),
        whileCounted(db, enrollment),
        countRating(db, row, 1),
      ],
    };
  },
});
