import { integer, text } from "drizzle-orm/sqlite-core";

/** What every row of an organization has. */
export const rowColumns = {
  id: text("id").primaryKey(),
  organizationId: text("organization_id").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  deletedAt: integer("deleted_at"),
};

/** A root's: `version` is the number of its last event. */
export const rootColumns = { ...rowColumns, version: integer("version").notNull() };
