import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { rowColumns } from "../kernel/columns.ts";

export const OLX_IMPORT_STATES = ["pending", "running", "succeeded", "failed"] as const;

/** Bundles that are to become courses, and what came of each. */
export const lmsOlxImports = sqliteTable(
  "lms_olx_imports",
  {
    ...rowColumns,
    fileId: text("file_id").notNull(),
    requestedBy: text("requested_by").notNull(),
    state: text("state", { enum: OLX_IMPORT_STATES }).notNull(),
    progressPercent: integer("progress_percent").notNull(),
    courseId: text("course_id"),
    issues: text("issues", { mode: "json" })
      .$type<{ path: string; message: string; severity: "error" | "warning"; code?: string }[]>()
      .notNull(),
    completedAt: integer("completed_at"),
  },
  (table) => [
    index("lms_olx_imports_by_member").on(table.organizationId, table.requestedBy, table.id),
    check("lms_olx_imports_state", sql`state IN ('pending', 'running', 'succeeded', 'failed')`),
    check("lms_olx_imports_progress", sql`progress_percent BETWEEN 0 AND 100`),
  ],
);
