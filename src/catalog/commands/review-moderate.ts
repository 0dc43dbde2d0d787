import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { iso } from "../../kernel/time.ts";
import { reviewModerated } from "../events.ts";
import { reviewModerateBy } from "../permissions.ts";
import { countRating, REVIEW_STATUSES, reviewAnswer, reviewById, showReview } from "../review.ts";
import { lmsCourseReviews } from "../schema.ts";

export const reviewModerate = command({
  type: "lms.review.moderate",
  summary: "Hide a review of a course, or show it again; a hidden one counts for nothing",
  input: z.strictObject({ reviewId: id, status: z.enum(REVIEW_STATUSES) }),
  output: reviewAnswer,
  permission: reviewModerateBy,
  emits: [reviewModerated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    review: found("Review", reviewById(db, actor.orgId, input.reviewId)),
  }),
  revises: "review",
  decide: ({ review }, { db, input: { status }, actor, now }) => {
    if (review.status === status) {
      return refuse("INVALID_TRANSITION", `The review is ${status} already`, {
        more: { state: status },
      });
    }
    const { id: reviewId, courseId, learnerId } = review;
    return {
      answer: showReview({ ...review, status, version: review.version + 1, updatedAt: now }),
      events: [
        event(reviewModerated, review, {
          reviewId,
          courseId,
          learnerId,
          status,
          moderatedBy: actor.id,
          moderatedAt: iso(now),
        }),
      ],
      writes: [
        revise(db, lmsCourseReviews, review, { status }, { now }),
        countRating(db, review, status === "visible" ? 1 : -1),
      ],
    };
  },
});
