import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { money } from "../kernel/money.ts";
import { shownInstant } from "../kernel/time.ts";

const course = { courseId: z.string(), title: z.string(), instructorId: z.string() };

export const courseCreated = eventType(
  "course.created",
  "course",
  z.object({
    ...course,
    slug: z.string(),
    categoryId: z.string().nullable(),
    status: z.string(),
    price: money.nullable(),
  }),
);
export const courseUpdated = eventType(
  "course.updated",
  "course",
  z.object({
    courseId: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    instructorId: z.string(),
    updatedFields: z.array(z.string()),
  }),
);
export const courseSubmittedForReview = eventType(
  "course.submitted-for-review",
  "course",
  z.object({ ...course, submittedAt: shownInstant }),
);
export const coursePublished = eventType(
  "course.published",
  "course",
  z.object({ ...course, slug: z.string(), publishedAt: shownInstant }),
);
export const courseRejected = eventType(
  "course.rejected",
  "course",
  z.object({
    ...course,
    rejectionReason: z.string().optional(),
    rejectedBy: z.string(),
    rejectedAt: shownInstant,
  }),
);
export const courseArchived = eventType(
  "course.archived",
  "course",
  z.object({ ...course, archivedAt: shownInstant }),
);
export const courseRestored = eventType(
  "course.restored",
  "course",
  z.object({ ...course, restoredAt: shownInstant }),
);
export const courseUnpublished = eventType(
  "course.unpublished",
  "course",
  z.object({ ...course, unpublishedAt: shownInstant }),
);

const chapter = { courseId: z.string(), chapterId: z.string(), title: z.string() };

/** Chapters have no version of their own: their events number the course. */
export const chapterCreated = eventType("chapter.created", "course", z.object(chapter));
export const chapterUpdated = eventType("chapter.updated", "course", z.object(chapter));
export const chapterDeleted = eventType("chapter.deleted", "course", z.object(chapter));
export const chapterReordered = eventType(
  "chapter.reordered",
  "course",
  z.object({ courseId: z.string(), chapterIds: z.array(z.string()) }),
);

const category = { categoryId: z.string(), name: z.string(), slug: z.string() };
export const categoryCreated = eventType(
  "category.created",
  "category",
  z.object({ ...category, parentId: z.string().nullable() }),
);
export const categoryUpdated = eventType(
  "category.updated",
  "category",
  z.object({ ...category, updatedFields: z.array(z.string()) }),
);
export const categoryDeleted = eventType("category.deleted", "category", z.object(category));

const review = { reviewId: z.string(), courseId: z.string(), learnerId: z.string() };
export const reviewCreated = eventType(
  "review.created",
  "review",
  z.object({ ...review, enrollmentId: z.string(), rating: z.int(), createdAt: shownInstant }),
);
export const reviewModerated = eventType(
  "review.moderated",
  "review",
  z.object({
    ...review,
    status: z.enum(["visible", "hidden"]),
    moderatedBy: z.string(),
    moderatedAt: shownInstant,
  }),
);

export type CourseCreatedPayload = PayloadOf<typeof courseCreated>;
export type CourseUpdatedPayload = PayloadOf<typeof courseUpdated>;
export type CourseSubmittedForReviewPayload = PayloadOf<typeof courseSubmittedForReview>;
export type CoursePublishedPayload = PayloadOf<typeof coursePublished>;
export type CourseRejectedPayload = PayloadOf<typeof courseRejected>;
export type CourseArchivedPayload = PayloadOf<typeof courseArchived>;
export type CourseRestoredPayload = PayloadOf<typeof courseRestored>;
