import * as z from "zod";
import { attachFiles, filesById, unusableFile } from "../../files/statements.ts";
import { memberById } from "../../identity/statements.ts";
import { command } from "../../kernel/command.ts";
import { notFound, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { moneyOf } from "../../kernel/money.ts";
import { found, maybe } from "../../kernel/statement.ts";
import {
  courseAnswer,
  courseFields,
  ONE_CURRENCY,
  oneCurrency,
  showToAuthor,
  thumbnailFault,
} from "../course.ts";
import { courseCreated } from "../events.ts";
import { courseCreateBy } from "../permissions.ts";
import { COURSE_SLUG, lmsCourses, lmsCourseTags } from "../schema.ts";
import { indexCourse } from "../search.ts";
import { scripts, slugBeside, slugOf } from "../slug.ts";
import { type CourseRow, categoryById, guardCategory, slugTaken } from "../statements.ts";

export const courseCreate = command({
  type: "lms.course.create",
  summary: "Create a course as a draft",
  input: z
    .strictObject({
      ...courseFields,
      type: courseFields.type.unwrap(),
      level: courseFields.level.unwrap(),
    })
    .refine(oneCurrency, ONE_CURRENCY),
  output: courseAnswer,
  statuses: [201],
  permission: courseCreateBy,
  emits: [courseCreated],
  refuses: ["DUPLICATE", "PERMISSION_DENIED", "NOT_FOUND"],
  loads: [scripts],
  read: ({ db, input, actor }) => ({
    category: input.categoryId
      ? found("Category", categoryById(db, actor.orgId, input.categoryId))
      : undefined,
    taken: maybe(slugTaken(db, actor.orgId, input.slug ?? slugOf(input.title, ""))),
    files: input.thumbnailFileId ? filesById(db, actor.orgId, [input.thumbnailFileId]) : undefined,
    instructor: input.instructorId
      ? found("Instructor", memberById(db, actor.orgId, input.instructorId))
      : undefined,
  }),
  decide: ({ taken, files, instructor }, { db, input, actor, now, id, settings }) => {
    const mayChoose = actor.type === "system" || actor.roles.includes("lms-admin");
    if (!mayChoose && (input.isFeatured !== undefined || input.instructorId !== undefined)) {
      return refuse("PERMISSION_DENIED", "isFeatured and instructorId are set by lms-admin alone");
    }
    if (instructor && !instructor.roles.includes("instructor")) return notFound("Instructor");
    const courseId = id();
    const thumbnail = input.thumbnailFileId ? [input.thumbnailFileId] : [];
    const missing =
      unusableFile(files ?? [], thumbnail, actor, courseId) ?? thumbnailFault(files ?? []);
    if (missing) return missing;
    const made = slugOf(input.title, `course-${courseId.slice(-6)}`);
    const slug = input.slug ?? (taken ? slugBeside(made, courseId) : made);
    const course: CourseRow = {
      id: courseId,
      organizationId: actor.orgId,
      title: input.title,
      slug,
      description: input.description ?? "",
      instructorId: input.instructorId ?? actor.id,
      categoryId: input.categoryId ?? null,
      status: "draft",
      type: input.type,
      level: input.level,
      priceAmount: input.price?.amount ?? null,
      priceCurrency: input.price?.currency ?? null,
      language: input.language ?? "en",
      learningObjectives: input.learningObjectives ?? [],
      prerequisites: input.prerequisites ?? [],
      thumbnailKey: files?.[0]?.key ?? null,
      isFeatured: input.isFeatured ?? false,
      estimatedMinutes: input.estimatedMinutes ?? null,
      completionThreshold: input.completionThreshold ?? settings.defaults.completionThreshold,
      enrollmentDays: input.enrollmentDays ?? null,
      certificateTemplate: input.certificateTemplate ?? null,
      verifiedWatching: input.verifiedWatching ?? false,
      revision: 0,
      enrolledCount: 0,
      ratingAverage: null,
      ratingCount: 0,
      publishedAt: null,
      courseCode: null,
      rejectionReason: null,
      rejectedBy: null,
      rejectedAt: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const tags = input.tags ?? [];
    return {
      answer: showToAuthor(course, tags),
      // Another course took the made slug meanwhile: this one's own id makes the next.
      ...(input.slug === undefined ? { lostOn: [COURSE_SLUG] } : {}),
      events: [
        event(
          courseCreated,
          { id: courseId, version: 0 },
          {
            courseId,
            title: course.title,
            slug,
            instructorId: course.instructorId,
            categoryId: course.categoryId,
            status: course.status,
            price: moneyOf(course.priceAmount, course.priceCurrency),
          },
        ),
      ],
      writes: [
        db.insert(lmsCourses).values(course),
        ...tags.map((tag) =>
          db.insert(lmsCourseTags).values({ organizationId: actor.orgId, courseId, tag }),
        ),
        ...guardCategory(db, actor.orgId, input.categoryId),
        ...attachFiles(db, actor.orgId, thumbnail, courseId),
        ...indexCourse(db, course, { tags, modules: [] }),
      ],
    };
  },
});
