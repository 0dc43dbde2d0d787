import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { rootColumns } from "../kernel/columns.ts";

export const FILE_PURPOSES = ["course", "submission", "thumbnail", "picture"] as const;

export const lmsFiles = sqliteTable(
  "lms_files",
  {
    ...rootColumns,
    key: text("key").notNull(),
    ownerId: text("owner_id").notNull(),
    name: text("name").notNull(),
    contentType: text("content_type").notNull(),
    size: integer("size").notNull(),
    sha256: text("sha256").notNull(),
    purpose: text("purpose", { enum: FILE_PURPOSES }).notNull(),
    status: text("status", { enum: ["pending", "ready"] }).notNull(),
    attachedTo: text("attached_to"),
  },
  (table) => [
    uniqueIndex("lms_files_key").on(table.key),
    index("lms_files_by_owner").on(table.organizationId, table.ownerId, table.id),
    index("lms_files_attached").on(table.organizationId, table.attachedTo),
    check("lms_files_status", sql`status IN ('pending', 'ready')`),
  ],
);
