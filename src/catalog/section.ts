import * as z from "zod";
import { id } from "../kernel/id.ts";
import { line } from "../kernel/text.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { resources, sectionContent, typedContent } from "./content.ts";
import { SECTION_TYPES } from "./schema.ts";
import type { SectionRow } from "./statements.ts";

/** What an author may set of a section, in `create` as in `update`. */
export const sectionFields = {
  title: line(200),
  type: z.enum(SECTION_TYPES),
  content: z
    .record(z.string(), z.unknown())
    .nullable()
    .optional()
    .describe(
      "text and exercise { html }, video, or a quiz's settings; quiz and exercise with their questions",
    ),
  resources: resources.optional(),
  estimatedMinutes: z.int().min(1).max(100_000).nullable().optional(),
  isRequired: z.boolean().optional(),
};

/** A section as a module is created with it. */
export const newSection = z.strictObject(sectionFields).transform(typedContent(sectionContent));

export const sectionAnswer = z.object({
  id,
  moduleId: z.string(),
  title: z.string(),
  position: z.int(),
  type: z.enum(SECTION_TYPES),
  content: z.record(z.string(), z.unknown()).nullable(),
  resources,
  estimatedMinutes: z.int().nullable(),
  isRequired: z.boolean(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

export const showSection = (row: SectionRow): z.infer<typeof sectionAnswer> => ({
  id: row.id,
  moduleId: row.moduleId,
  title: row.title,
  position: row.position,
  type: row.type,
  content: row.content,
  resources: row.resources,
  estimatedMinutes: row.estimatedMinutes,
  isRequired: row.isRequired,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});

export const sectionRow = (
  section: z.infer<typeof newSection>,
  rest: { id: string; organizationId: string; moduleId: string; position: number; now: number },
): SectionRow => {
  const { now, ...own } = rest;
  return {
    ...own,
    title: section.title,
    type: section.type,
    content: section.content,
    resources: section.resources ?? [],
    estimatedMinutes: section.estimatedMinutes ?? null,
    isRequired: section.isRequired ?? true,
    urlName: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
};
