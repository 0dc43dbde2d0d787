import * as z from "zod";
import { type Refusal, refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { currency, money, moneyOf } from "../kernel/money.ts";
import { line } from "../kernel/text.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { certificateTemplate } from "./certificate-template.ts";
import { COURSE_LEVELS, COURSE_STATUSES, COURSE_TYPES } from "./schema.ts";
import { slug } from "./slug.ts";
import type { CourseRow } from "./statements.ts";

export const courseRef = z.string().min(1).max(100).describe("Id or slug");

const lines = z.array(line(500)).max(50);

/** What an author may set, in `create` as in `update`; all but the title have a default. */
export const courseFields = {
  title: line(200),
  slug: slug.optional(),
  description: z.string().max(10_000).optional(),
  type: z.enum(COURSE_TYPES).optional(),
  level: z.enum(COURSE_LEVELS).optional(),
  price: money.nullable().optional(),
  currency: currency.optional(),
  categoryId: id.nullable().optional(),
  language: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, "A BCP 47 tag, as ru or pt-BR")
    .optional(),
  tags: z
    .array(line(50).transform((tag) => tag.toLowerCase()))
    .max(20)
    .transform((tags) => [...new Set(tags)])
    .optional(),
  learningObjectives: lines.optional(),
  prerequisites: lines.optional(),
  thumbnailFileId: id.nullable().optional(),
  estimatedMinutes: z.int().min(1).max(1_000_000).nullable().optional(),
  completionThreshold: z.int().min(1).max(100).optional(),
  enrollmentDays: z.int().min(1).max(36_500).nullable().optional(),
  certificateTemplate: certificateTemplate.nullable().optional(),
  verifiedWatching: z.boolean().optional(),
  isFeatured: z.boolean().optional().describe("lms-admin's"),
  instructorId: id.optional().describe("lms-admin's; a course is otherwise its creator's"),
};

/** The currency may stand beside the price as well; both then have to say the same. */
export const oneCurrency = (input: {
  price?: { currency: string } | null | undefined;
  currency?: string | undefined;
}): boolean => !input.currency || input.price?.currency === input.currency;

export const ONE_CURRENCY = {
  path: ["currency"],
  message: "Has to be the currency of the price beside it, or left out",
};

/** Only a file that is everybody's can stand on a page of the catalogue. */
export const thumbnailFault = (
  files: readonly { purpose: string }[],
): Refusal<"VALIDATION_FAILED"> | undefined =>
  files.every((file) => file.purpose === "thumbnail")
    ? undefined
    : refuse("VALIDATION_FAILED", "Correct thumbnailFileId", {
        errors: [{ path: "thumbnailFileId", message: "Upload it with the purpose thumbnail" }],
      });

/** A course as lists show it. */
export const courseSummary = z.object({
  id: z.string(),
  title: z.string(),
  slug: z.string(),
  description: z.string(),
  instructorId: z.string(),
  categoryId: z.string().nullable(),
  status: z.enum(COURSE_STATUSES),
  type: z.enum(COURSE_TYPES),
  level: z.enum(COURSE_LEVELS),
  price: money.nullable(),
  language: z.string(),
  thumbnailUrl: z.string().nullable(),
  isFeatured: z.boolean(),
  estimatedMinutes: z.int().nullable(),
  enrolledCount: z.int(),
  ratingAverage: z.number().nullable(),
  ratingCount: z.int(),
  publishedAt: shownInstant.nullable(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

/** The whole course; `rejection` reaches only who may change it. */
export const courseAnswer = courseSummary.extend({
  learningObjectives: z.array(z.string()),
  prerequisites: z.array(z.string()),
  tags: z.array(z.string()),
  completionThreshold: z.int(),
  enrollmentDays: z.int().nullable(),
  verifiedWatching: z.boolean(),
  revision: z.int(),
  certificateTemplate: certificateTemplate.nullable().optional(),
  rejection: z
    .object({
      reason: z.string().nullable(),
      by: z.string().nullable(),
      at: shownInstant.nullable(),
    })
    .nullable()
    .optional(),
});

/** The columns of a course that its summary is made of. */
export const SUMMARY_COLUMNS = [
  "id",
  "title",
  "slug",
  "description",
  "instructorId",
  "categoryId",
  "status",
  "type",
  "level",
  "priceAmount",
  "priceCurrency",
  "language",
  "thumbnailKey",
  "isFeatured",
  "estimatedMinutes",
  "enrolledCount",
  "ratingAverage",
  "ratingCount",
  "publishedAt",
  "createdAt",
  "updatedAt",
  "version",
] as const satisfies (keyof CourseRow)[];

/** SQLite's own row has 0 and 1 for a flag. */
export type SummaryRow = Omit<Pick<CourseRow, (typeof SUMMARY_COLUMNS)[number]>, "isFeatured"> & {
  isFeatured: boolean | number;
};

export const showSummary = (row: SummaryRow): z.infer<typeof courseSummary> => ({
  id: row.id,
  title: row.title,
  slug: row.slug,
  description: row.description,
  instructorId: row.instructorId,
  categoryId: row.categoryId,
  status: row.status,
  type: row.type,
  level: row.level,
  price: moneyOf(row.priceAmount, row.priceCurrency),
  language: row.language,
  thumbnailUrl: row.thumbnailKey === null ? null : `/files/${row.thumbnailKey}`,
  isFeatured: Boolean(row.isFeatured),
  estimatedMinutes: row.estimatedMinutes,
  enrolledCount: row.enrolledCount,
  ratingAverage: row.ratingAverage,
  ratingCount: row.ratingCount,
  publishedAt: isoOrNull(row.publishedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});

export const showCourse = (
  row: CourseRow,
  tags: readonly string[],
): z.infer<typeof courseAnswer> => ({
  ...showSummary(row),
  learningObjectives: row.learningObjectives,
  prerequisites: row.prerequisites,
  tags: [...tags],
  completionThreshold: row.completionThreshold,
  enrollmentDays: row.enrollmentDays,
  verifiedWatching: row.verifiedWatching,
  revision: row.revision,
});

/** To who may change it: with its certificate's template and the last rejection. */
export const showToAuthor = (
  row: CourseRow,
  tags: readonly string[],
): z.infer<typeof courseAnswer> => ({
  ...showCourse(row, tags),
  certificateTemplate: row.certificateTemplate,
  rejection:
    row.rejectedAt === null
      ? null
      : { reason: row.rejectionReason, by: row.rejectedBy, at: isoOrNull(row.rejectedAt) },
});

/** Under review and archived, a course's content is read-only. */
export function readOnly(
  course: Pick<CourseRow, "status">,
): Refusal<"INVALID_TRANSITION"> | undefined {
  if (course.status === "draft" || course.status === "published") return undefined;
  return refuse(
    "INVALID_TRANSITION",
    course.status === "archived"
      ? "An archived course is read-only; restore it first"
      : "A course under review is read-only until it is approved or rejected",
    { more: { state: course.status } },
  );
}
