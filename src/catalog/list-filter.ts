import * as z from "zod";
import { id } from "../kernel/id.ts";
import { COURSE_LEVELS, COURSE_STATUSES, COURSE_TYPES } from "./schema.ts";

const TAGS_MAX = 5;
const price = z.coerce.number().int().min(0).max(100_000_000_000);

/** One in a query string comes as a text, several as a list or with commas between. */
const tags = z
  .preprocess(
    (value) => (typeof value === "string" ? value.split(",") : value),
    z.array(z.string().trim().toLowerCase().min(1).max(50)).min(1).max(TAGS_MAX),
  )
  .describe("Each of these, in a query string with commas between");

const flag = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean(),
);

/** What a list of courses may be narrowed by; in a query string too. */
export const courseFilter = {
  status: z.enum(COURSE_STATUSES).optional(),
  level: z.enum(COURSE_LEVELS).optional(),
  type: z.enum(COURSE_TYPES).optional(),
  language: z.string().min(1).max(35).optional().describe("BCP 47, exactly as the course has it"),
  categoryId: id.optional(),
  instructorId: id.optional(),
  tags: tags.optional(),
  isFeatured: flag.optional(),
  minPrice: price.optional().describe("In the currency's minor unit; orders by price"),
  maxPrice: price.optional().describe("In the currency's minor unit; orders by price"),
};

export const searchText = z.string().trim().min(1, "Say what to search for").max(200);

type Shape = { [K in keyof typeof courseFilter]: z.infer<(typeof courseFilter)[K]> };
export type CourseFilter = Partial<Shape> & { search?: string | undefined };
