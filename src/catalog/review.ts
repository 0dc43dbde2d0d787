import { and, eq, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { present } from "../kernel/columns.ts";
import type { Db, Statement } from "../kernel/statement.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { lmsCourseReviews, lmsCourses } from "./schema.ts";
import type { IdOf } from "./statements.ts";

export type ReviewRow = typeof lmsCourseReviews.$inferSelect;

export const REVIEWED = "You have reviewed this course already; a course is reviewed once";

export const REVIEW_STATUSES = ["visible", "hidden"] as const;

const shown = {
  id: z.string(),
  courseId: z.string(),
  rating: z.int(),
  comment: z.string().nullable(),
  status: z.enum(REVIEW_STATUSES),
  createdAt: shownInstant,
};

/** As whoever wrote or moderates it sees it. */
export const reviewAnswer = z.object({
  ...shown,
  enrollmentId: z.string(),
  learnerId: z.string(),
  updatedAt: shownInstant,
  version: z.int(),
});

/** As the catalogue shows it: the reviewer by name alone. */
export const reviewLine = z.object({
  ...shown,
  reviewerName: z.string().nullable().describe("Null once the reviewer was erased"),
});

export const showReview = (row: ReviewRow): z.infer<typeof reviewAnswer> => ({
  id: row.id,
  courseId: row.courseId,
  enrollmentId: row.enrollmentId,
  learnerId: row.learnerId,
  rating: row.rating,
  comment: row.comment,
  status: row.status,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});

export const reviewById = (db: Db, orgId: string, reviewId: string) =>
  db
    .select()
    .from(lmsCourseReviews)
    .where(and(present(lmsCourseReviews, orgId), eq(lmsCourseReviews.id, reviewId)));

/** A learner has one review of a course for ever. */
export const reviewOf = (db: Db, orgId: string, learnerId: string, courseId: IdOf) =>
  db
    .select({ id: lmsCourseReviews.id })
    .from(lmsCourseReviews)
    .where(
      and(
        eq(lmsCourseReviews.organizationId, orgId),
        eq(lmsCourseReviews.learnerId, learnerId),
        eq(lmsCourseReviews.courseId, courseId),
      ),
    );

/**
 * Takes a visible review's rating into its course's figures, or out of them. The sum is an integer, so
 * rounding gives it back exactly from average and count, and no error adds up.
 */
export function countRating(
  db: Db,
  { organizationId, courseId, rating }: Pick<ReviewRow, "organizationId" | "courseId" | "rating">,
  by: 1 | -1,
): Statement {
  const count: SQL = sql`(${lmsCourses.ratingCount} + ${by})`;
  const before = sql`round(coalesce(${lmsCourses.ratingAverage}, 0) * ${lmsCourses.ratingCount})`;
  return db
    .update(lmsCourses)
    .set({
      ratingCount: sql`${count}`,
      ratingAverage: sql`iif(${count} > 0, (${before} + ${by * rating}) / ${count}, null)`,
    })
    .where(and(eq(lmsCourses.organizationId, organizationId), eq(lmsCourses.id, courseId)));
}
