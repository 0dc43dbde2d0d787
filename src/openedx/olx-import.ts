import { and, eq } from "drizzle-orm";
import * as z from "zod";
import type { FileRow } from "../files/statements.ts";
import { present } from "../kernel/columns.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Actor, Permission } from "../kernel/permission.ts";
import type { Db } from "../kernel/statement.ts";
import { isoOrNull, shownInstant } from "../kernel/time.ts";
import { lmsOlxImports, OLX_IMPORT_STATES } from "./olx-schema.ts";

export type OlxImportRow = typeof lmsOlxImports.$inferSelect;

export const olxReadBy: Permission = {
  action: "openedx:download",
  any: ["org-admin", "lms-admin"],
  own: ["instructor"],
};
export const olxImportBy: Permission = {
  action: "openedx:import",
  any: ["lms-admin"],
  own: ["instructor"],
};
export const olxImportReadBy: Permission = {
  action: "openedx:read-import",
  any: ["lms-admin"],
  own: ["instructor"],
};

/** An instructor's own upload. */
export const ownFile = {
  instructor: ({ file }: { file: FileRow }, actor: Actor): boolean => file.ownerId === actor.id,
};

export const unfinished = (file: FileRow): Refusal<"NOT_READY"> | undefined =>
  file.status === "ready"
    ? undefined
    : refuse("NOT_READY", "The upload is not finished: PUT its bytes first");

export const olxImportById = (db: Db, orgId: string, importId: string) =>
  db
    .select()
    .from(lmsOlxImports)
    .where(and(present(lmsOlxImports, orgId), eq(lmsOlxImports.id, importId)));

export const olxIssue = z.object({
  path: z.string().describe("The file in the bundle"),
  message: z.string(),
  severity: z.enum(["error", "warning"]),
  code: z.string().optional().describe("The rule, as HTML_SIZE_LIMIT"),
  moduleId: z.string().optional(),
});

export const olxImportAnswer = z.object({
  id: z.string(),
  state: z.enum(OLX_IMPORT_STATES),
  progressPercent: z.int(),
  courseId: z.string().nullable().describe("The draft, once it is whole"),
  issues: z.array(olxIssue).describe("What did not come along, and why"),
  createdAt: shownInstant,
  completedAt: shownInstant.nullable(),
});

export const showOlxImport = (row: OlxImportRow): z.infer<typeof olxImportAnswer> => ({
  id: row.id,
  state: row.state,
  progressPercent: row.progressPercent,
  courseId: row.courseId,
  issues: row.issues,
  createdAt: new Date(row.createdAt).toISOString(),
  completedAt: isoOrNull(row.completedAt),
});
