import { and, desc, eq } from "drizzle-orm";
import * as z from "zod";
import { displayNameOf } from "../identity/statements.ts";
import { present } from "../kernel/columns.ts";
import { notFound, refuse } from "../kernel/error.ts";
import {
  afterCursor,
  type PageAsk,
  pageFault,
  pageInput,
  pageOf,
  pageOutput,
  windowOf,
} from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { type Db, found } from "../kernel/statement.ts";
import { iso } from "../kernel/time.ts";
import { courseRef } from "./course.ts";
import { catalogueReadBy, reviewModerateBy } from "./permissions.ts";
import { REVIEW_STATUSES, type ReviewRow, reviewLine } from "./review.ts";
import { lmsCourseReviews } from "./schema.ts";
import { courseByRef, courseIdOf, type IdOf } from "./statements.ts";
import { enrollmentIn, maySee } from "./visible.ts";

export const reviewsList = query({
  type: "lms.reviews.list",
  summary: "What learners say of a course, the newest first; hidden ones to lms-admin alone",
  input: z.strictObject({
    ...pageInput,
    courseId: courseRef,
    status: z.enum(REVIEW_STATUSES).default("visible").describe("hidden is lms-admin's"),
  }),
  output: pageOutput(reviewLine),
  permission: catalogueReadBy,
  catalogue: true,
  fault: (input, actor) => {
    const seen =
      input.status === "visible" || actor.type === "system" || actor.roles.includes("lms-admin");
    if (seen) return pageFault(input);
    return actor.type === "public"
      ? refuse("UNAUTHENTICATED", "Sign in: hidden reviews are lms-admin's to see")
      : refuse("PERMISSION_DENIED", `Permission denied: ${reviewModerateBy.action}`);
  },
  read: ({ db, input, actor }) => ({
    course: found("Course", courseByRef(db, actor.orgId, input.courseId)),
    enrollment: enrollmentIn(db, actor, input.courseId),
    reviews: reviewsOf(db, actor.orgId, courseIdOf(actor.orgId, input.courseId), input),
  }),
  answer: ({ course, enrollment, reviews }, { input, actor }) =>
    maySee(course, actor, enrollment)
      ? pageOf(
          input,
          reviews,
          (row) => [row.id],
          ({ createdAt, ...row }) => ({ ...row, createdAt: iso(createdAt) }),
        )
      : notFound("Course"),
});

function reviewsOf(
  db: Db,
  orgId: string,
  courseId: IdOf,
  ask: PageAsk & Pick<ReviewRow, "status">,
) {
  const { limit, offset } = windowOf(ask);
  return db
    .select({
      id: lmsCourseReviews.id,
      courseId: lmsCourseReviews.courseId,
      rating: lmsCourseReviews.rating,
      comment: lmsCourseReviews.comment,
      status: lmsCourseReviews.status,
      createdAt: lmsCourseReviews.createdAt,
      reviewerName: displayNameOf(orgId, lmsCourseReviews.learnerId).as("reviewer_name"),
    })
    .from(lmsCourseReviews)
    .where(
      and(
        present(lmsCourseReviews, orgId),
        eq(lmsCourseReviews.courseId, courseId),
        eq(lmsCourseReviews.status, ask.status),
        afterCursor(ask.cursor, [lmsCourseReviews.id], "desc"),
      ),
    )
    .orderBy(desc(lmsCourseReviews.id))
    .limit(limit)
    .offset(offset);
}
