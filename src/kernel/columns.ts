import { and, eq, isNull, type SQL } from "drizzle-orm";
import { integer, type SQLiteColumn, text } from "drizzle-orm/sqlite-core";
import type { At } from "./prepared.ts";

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

type Kept = Record<"organizationId" | "deletedAt", SQLiteColumn>;

/** The rows of an organization that are there: a deleted one is invisible to all but an audit. */
export const present = (table: Kept, orgId: At<string | SQL>): SQL | undefined =>
  and(eq(table.organizationId, orgId), isNull(table.deletedAt));
