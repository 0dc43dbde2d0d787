import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { submissionsTaughtBy } from "../../assessment/statements.ts";
import { attachFiles, filesById, unusableFile } from "../../files/statements.ts";
import { memberById } from "../../identity/statements.ts";
import { command } from "../../kernel/command.ts";
import { notFound, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { type Db, found, revise } from "../../kernel/statement.ts";
import {
  courseAnswer,
  courseFields,
  ONE_CURRENCY,
  oneCurrency,
  readOnly,
  showToAuthor,
  thumbnailFault,
} from "../course.ts";
import { courseUpdated } from "../events.ts";
import { courseUpdateBy, ownCourse } from "../permissions.ts";
import { lmsCourses, lmsCourseTags, lmsSlugs } from "../schema.ts";
import { indexCourse, titlesFound } from "../search.ts";
import {
  type CourseRow,
  categoryById,
  courseById,
  guardCategory,
  moduleOutlineOf,
  tagsOf,
} from "../statements.ts";

const ADMINS_OWN = ["isFeatured", "instructorId"] as const;

export const courseUpdate = command({
  type: "lms.course.update",
  summary: "Change a course; what is left out stays",
  input: z
    .strictObject({ courseId: id, ...courseFields, title: courseFields.title.optional() })
    .refine(oneCurrency, ONE_CURRENCY),
  output: courseAnswer,
  permission: courseUpdateBy,
  emits: [courseUpdated],
  refuses: ["DUPLICATE", "INVALID_TRANSITION", "PERMISSION_DENIED", "NOT_FOUND"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    tags: tagsOf(db, input.courseId),
    outline: moduleOutlineOf(db, actor.orgId, input.courseId),
    category: input.categoryId
      ? found("Category", categoryById(db, actor.orgId, input.categoryId))
      : undefined,
    files: input.thumbnailFileId ? filesById(db, actor.orgId, [input.thumbnailFileId]) : undefined,
    instructor: input.instructorId
      ? found("Instructor", memberById(db, actor.orgId, input.instructorId))
      : undefined,
  }),
  own: ownCourse,
  revises: "course",
  decide: ({ course, tags, outline, files, instructor }, { db, input, actor, now }) => {
    const closed = readOnly(course);
    if (closed) return closed;
    const admin = actor.type === "system" || actor.roles.includes("lms-admin");
    if (!admin && ADMINS_OWN.some((name) => input[name] !== undefined)) {
      return refuse("PERMISSION_DENIED", "isFeatured and instructorId are set by lms-admin alone");
    }
    if (instructor && !instructor.roles.includes("instructor")) return notFound("Instructor");
    if (input.price === null && course.status === "published") {
      return refuse("INVALID_TRANSITION", "A published course keeps a price; 0 makes it free");
    }
    const thumbnail = input.thumbnailFileId ? [input.thumbnailFileId] : [];
    const missing =
      unusableFile(files ?? [], thumbnail, actor, course.id) ?? thumbnailFault(files ?? []);
    if (missing) return missing;
    const { courseId, tags: newTags, price, currency: _, thumbnailFileId, ...columns } = input;
    const set: Partial<CourseRow> = {
      ...(columns as Partial<CourseRow>),
      ...(price === undefined
        ? {}
        : { priceAmount: price?.amount ?? null, priceCurrency: price?.currency ?? null }),
      ...(thumbnailFileId === undefined ? {} : { thumbnailKey: files?.[0]?.key ?? null }),
    };
    const changed: CourseRow = { ...course, ...set, version: course.version + 1, updatedAt: now };
    const tagList = newTags ?? tags.map((one) => one.tag);
    const updatedFields = Object.keys(input).filter((name) => name !== "courseId");
    const moved = course.status === "published" && changed.slug !== course.slug;
    return {
      answer: showToAuthor(changed, tagList),
      events: [
        event(courseUpdated, course, {
          courseId,
          ...(input.title === undefined ? {} : { title: input.title }),
          instructorId: changed.instructorId,
          updatedFields,
        }),
      ],
      writes: [
        revise(db, lmsCourses, course, set, { now }),
        ...(changed.instructorId === course.instructorId
          ? []
          : [submissionsTaughtBy(db, actor.orgId, course.id, changed.instructorId)]),
        ...(newTags === undefined
          ? []
          : [
              db
                .delete(lmsCourseTags)
                .where(
                  and(
                    eq(lmsCourseTags.organizationId, actor.orgId),
                    eq(lmsCourseTags.courseId, course.id),
                  ),
                ),
              ...newTags.map((tag) =>
                db
                  .insert(lmsCourseTags)
                  .values({ organizationId: actor.orgId, courseId: course.id, tag }),
              ),
            ]),
        ...(moved ? formerSlug(db, course, now) : []),
        ...guardCategory(db, actor.orgId, input.categoryId),
        ...attachFiles(db, actor.orgId, thumbnail, course.id),
        ...indexCourse(db, changed, { tags: tagList, modules: titlesFound(outline) }),
      ],
    };
  },
});

/** The old address goes on leading here, unless a course takes it as its own. */
const formerSlug = (db: Db, course: CourseRow, now: number) => [
  db
    .delete(lmsSlugs)
    .where(and(eq(lmsSlugs.organizationId, course.organizationId), eq(lmsSlugs.slug, course.slug))),
  db.insert(lmsSlugs).values({
    organizationId: course.organizationId,
    slug: course.slug,
    courseId: course.id,
    createdAt: now,
  }),
];
