import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { rootColumns, rowColumns } from "../kernel/columns.ts";
import type { CertificateTemplate } from "./certificate-template.ts";

const live = sql`deleted_at IS NULL`;

export const COURSE_STATUSES = ["draft", "under-review", "published", "archived"] as const;
export const COURSE_TYPES = ["self-paced", "cohort", "live-only", "hybrid"] as const;
export const COURSE_LEVELS = ["beginner", "intermediate", "advanced", "all-levels"] as const;
export const MODULE_TYPES = [
  "video",
  "article",
  "quiz",
  "assignment",
  "live-session",
  "download",
] as const;
export const SECTION_TYPES = ["text", "video", "quiz", "exercise"] as const;

export const lmsCategories = sqliteTable(
  "lms_categories",
  {
    ...rootColumns,
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    parentId: text("parent_id"),
    description: text("description").notNull().default(""),
    position: integer("position").notNull().default(0),
    status: text("status", { enum: ["active", "inactive"] }).notNull(),
  },
  (table) => [
    uniqueIndex("lms_categories_slug").on(table.organizationId, table.slug).where(live),
    index("lms_categories_listed").on(table.organizationId, table.position, table.id).where(live),
    index("lms_categories_by_status")
      .on(table.organizationId, table.status, table.position, table.id)
      .where(live),
    index("lms_categories_by_parent")
      .on(table.organizationId, table.parentId, table.position, table.id)
      .where(live),
    check("lms_categories_status", sql`status IN ('active', 'inactive')`),
  ],
);

export const lmsCourses = sqliteTable(
  "lms_courses",
  {
    ...rootColumns,
    title: text("title").notNull(),
    slug: text("slug").notNull(),
    description: text("description").notNull().default(""),
    instructorId: text("instructor_id").notNull(),
    categoryId: text("category_id"),
    status: text("status", { enum: COURSE_STATUSES }).notNull(),
    type: text("type", { enum: COURSE_TYPES }).notNull(),
    level: text("level", { enum: COURSE_LEVELS }).notNull(),
    priceAmount: integer("price_amount"),
    priceCurrency: text("price_currency"),
    language: text("language").notNull().default("en"),
    learningObjectives: text("learning_objectives", { mode: "json" }).$type<string[]>().notNull(),
    prerequisites: text("prerequisites", { mode: "json" }).$type<string[]>().notNull(),
    thumbnailKey: text("thumbnail_key"),
    isFeatured: integer("is_featured", { mode: "boolean" }).notNull().default(false),
    estimatedMinutes: integer("estimated_minutes"),
    completionThreshold: integer("completion_threshold").notNull().default(80),
    enrollmentDays: integer("enrollment_days"),
    certificateTemplate: text("certificate_template", {
      mode: "json",
    }).$type<CertificateTemplate>(),
    verifiedWatching: integer("verified_watching", { mode: "boolean" }).notNull().default(false),
    revision: integer("revision").notNull().default(0),
    enrolledCount: integer("enrolled_count").notNull().default(0),
    ratingAverage: real("rating_average"),
    ratingCount: integer("rating_count").notNull().default(0),
    publishedAt: integer("published_at"),
    /** ASCII, the course's number in other systems: its slug at first publication there, then kept. */
    courseCode: text("course_code"),
    rejectionReason: text("rejection_reason"),
    rejectedBy: text("rejected_by"),
    rejectedAt: integer("rejected_at"),
  },
  (table) => [
    uniqueIndex("lms_courses_slug").on(table.organizationId, table.slug).where(live),
    index("lms_courses_listed").on(table.organizationId, table.status, table.id).where(live),
    index("lms_courses_all").on(table.organizationId, table.id).where(live),
    index("lms_courses_by_level")
      .on(table.organizationId, table.status, table.level, table.id)
      .where(live),
    index("lms_courses_by_type")
      .on(table.organizationId, table.status, table.type, table.id)
      .where(live),
    index("lms_courses_by_category")
      .on(table.organizationId, table.status, table.categoryId, table.id)
      .where(live),
    index("lms_courses_by_instructor")
      .on(table.organizationId, table.instructorId, table.status, table.id)
      .where(live),
    index("lms_courses_of_instructor")
      .on(table.organizationId, table.instructorId, table.id)
      .where(live),
    index("lms_courses_of_category")
      .on(table.organizationId, table.categoryId, table.id)
      .where(live),
    index("lms_courses_by_language")
      .on(table.organizationId, table.status, table.language, table.id)
      .where(live),
    index("lms_courses_featured")
      .on(table.organizationId, table.status, table.isFeatured, table.id)
      .where(live),
    index("lms_courses_by_price")
      .on(table.organizationId, table.status, table.priceAmount, table.id)
      .where(live),
    check("lms_courses_status", sql`status IN ('draft', 'under-review', 'published', 'archived')`),
    check("lms_courses_type", sql`type IN ('self-paced', 'cohort', 'live-only', 'hybrid')`),
    check(
      "lms_courses_level",
      sql`level IN ('beginner', 'intermediate', 'advanced', 'all-levels')`,
    ),
    check("lms_courses_price", sql`price_amount IS NULL OR price_amount >= 0`),
    check("lms_courses_threshold", sql`completion_threshold BETWEEN 0 AND 100`),
  ],
);

/** As SQLite names the constraint that keeps a slug one course's. */
export const COURSE_SLUG = "lms_courses.organization_id, lms_courses.slug";

export const lmsCourseTags = sqliteTable(
  "lms_course_tags",
  {
    organizationId: text("organization_id").notNull(),
    courseId: text("course_id")
      .notNull()
      .references(() => lmsCourses.id),
    tag: text("tag").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.courseId, table.tag] }),
    index("lms_course_tags_by_tag").on(table.organizationId, table.tag, table.courseId),
  ],
);

/** Former slugs of published courses, which redirect. */
export const lmsSlugs = sqliteTable(
  "lms_slugs",
  {
    organizationId: text("organization_id").notNull(),
    slug: text("slug").notNull(),
    courseId: text("course_id")
      .notNull()
      .references(() => lmsCourses.id),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.slug] }),
    index("lms_slugs_by_course").on(table.courseId),
  ],
);

export const lmsCourseChapters = sqliteTable(
  "lms_course_chapters",
  {
    ...rowColumns,
    courseId: text("course_id")
      .notNull()
      .references(() => lmsCourses.id),
    title: text("title").notNull(),
    position: integer("position").notNull(),
    urlName: text("url_name"),
  },
  (table) => [index("lms_course_chapters_by_course").on(table.courseId, table.position)],
);

export const lmsCourseModules = sqliteTable(
  "lms_course_modules",
  {
    ...rowColumns,
    courseId: text("course_id")
      .notNull()
      .references(() => lmsCourses.id),
    chapterId: text("chapter_id").references(() => lmsCourseChapters.id),
    title: text("title").notNull(),
    description: text("description").notNull().default(""),
    learningObjectives: text("learning_objectives", { mode: "json" }).$type<string[]>().notNull(),
    position: integer("position").notNull(),
    type: text("type", { enum: MODULE_TYPES }).notNull(),
    contentRef: text("content_ref"),
    content: text("content", { mode: "json" }).$type<Record<string, unknown>>(),
    estimatedMinutes: integer("estimated_minutes"),
    isFree: integer("is_free", { mode: "boolean" }).notNull().default(false),
    isPublished: integer("is_published", { mode: "boolean" }).notNull().default(false),
    isRequired: integer("is_required", { mode: "boolean" }).notNull().default(true),
    requiredPrevious: integer("required_previous", { mode: "boolean" }).notNull().default(false),
    minimumSeconds: integer("minimum_seconds"),
    masteryScore: integer("mastery_score"),
    urlName: text("url_name"),
    version: integer("version").notNull(),
  },
  (table) => [
    index("lms_course_modules_by_course").on(table.courseId, table.position),
    check(
      "lms_course_modules_type",
      sql`type IN ('video', 'article', 'quiz', 'assignment', 'live-session', 'download')`,
    ),
  ],
);

export const lmsModuleSections = sqliteTable(
  "lms_module_sections",
  {
    ...rowColumns,
    moduleId: text("module_id")
      .notNull()
      .references(() => lmsCourseModules.id),
    title: text("title").notNull(),
    position: integer("position").notNull(),
    type: text("type", { enum: SECTION_TYPES }).notNull(),
    content: text("content", { mode: "json" }).$type<Record<string, unknown>>(),
    resources: text("resources", { mode: "json" })
      .$type<{ title: string; url?: string; fileId?: string }[]>()
      .notNull(),
    estimatedMinutes: integer("estimated_minutes"),
    isRequired: integer("is_required", { mode: "boolean" }).notNull().default(true),
    urlName: text("url_name"),
    version: integer("version").notNull(),
  },
  (table) => [
    index("lms_module_sections_by_module").on(table.moduleId, table.position),
    check("lms_module_sections_type", sql`type IN ('text', 'video', 'quiz', 'exercise')`),
  ],
);

/** One a learner and course; its commands come with the reviews of courses. */
export const lmsCourseReviews = sqliteTable(
  "lms_course_reviews",
  {
    ...rootColumns,
    courseId: text("course_id")
      .notNull()
      .references(() => lmsCourses.id),
    enrollmentId: text("enrollment_id").notNull(),
    learnerId: text("learner_id").notNull(),
    rating: integer("rating").notNull(),
    comment: text("comment"),
    status: text("status", { enum: ["visible", "hidden"] }).notNull(),
  },
  (table) => [
    uniqueIndex("lms_course_reviews_learner").on(
      table.organizationId,
      table.learnerId,
      table.courseId,
    ),
    index("lms_course_reviews_by_course").on(table.courseId, table.status, table.id),
    check("lms_course_reviews_rating", sql`rating BETWEEN 1 AND 5`),
    check("lms_course_reviews_status", sql`status IN ('visible', 'hidden')`),
  ],
);
