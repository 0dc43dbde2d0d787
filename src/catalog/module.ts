import * as z from "zod";
import { id } from "../kernel/id.ts";
import { line } from "../kernel/text.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { MODULE_TYPES } from "./schema.ts";
import type { ModuleRow } from "./statements.ts";

/** What an author may set of a module, in `create` as in `update`. */
export const moduleFields = {
  title: line(200),
  type: z.enum(MODULE_TYPES),
  description: z.string().max(10_000).optional(),
  learningObjectives: z.array(line(500)).max(50).optional(),
  chapterId: id.nullable().optional(),
  contentRef: line(500).nullable().optional(),
  content: z
    .record(z.string(), z.unknown())
    .nullable()
    .optional()
    .describe(
      "By type: { html }, a video, a quiz's settings with its questions, { fileId }, { sessionId }, { assignmentId }",
    ),
  estimatedMinutes: z.int().min(1).max(100_000).nullable().optional(),
  isFree: z.boolean().optional(),
  isPublished: z.boolean().optional(),
  isRequired: z.boolean().optional(),
  requiredPrevious: z.boolean().optional(),
  minimumSeconds: z.int().min(0).max(604_800).nullable().optional(),
  masteryScore: z.int().min(0).max(100).nullable().optional().describe("Percent"),
};

/** A module without its content, as lists show it. */
export const moduleLine = z.object({
  id: z.string(),
  courseId: z.string(),
  chapterId: z.string().nullable(),
  title: z.string(),
  description: z.string(),
  learningObjectives: z.array(z.string()),
  position: z.int(),
  type: z.enum(MODULE_TYPES),
  estimatedMinutes: z.int().nullable(),
  isFree: z.boolean(),
  isPublished: z.boolean(),
  isRequired: z.boolean(),
  requiredPrevious: z.boolean(),
});

export const moduleAnswer = moduleLine.extend({
  contentRef: z.string().nullable(),
  content: z.record(z.string(), z.unknown()).nullable(),
  minimumSeconds: z.int().nullable(),
  masteryScore: z.int().nullable(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

export type ModuleLine = Pick<ModuleRow, keyof z.infer<typeof moduleLine>>;

export const showLine = (row: ModuleLine): z.infer<typeof moduleLine> => ({
  id: row.id,
  courseId: row.courseId,
  chapterId: row.chapterId,
  title: row.title,
  description: row.description,
  learningObjectives: row.learningObjectives,
  position: row.position,
  type: row.type,
  estimatedMinutes: row.estimatedMinutes,
  isFree: row.isFree,
  isPublished: row.isPublished,
  isRequired: row.isRequired,
  requiredPrevious: row.requiredPrevious,
});

export const showModule = (row: ModuleRow): z.infer<typeof moduleAnswer> => ({
  ...showLine(row),
  contentRef: row.contentRef,
  content: row.content,
  minimumSeconds: row.minimumSeconds,
  masteryScore: row.masteryScore,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});
