import { and, eq, isNull, sql } from "drizzle-orm";
import * as z from "zod";
import { id } from "../kernel/id.ts";
import { type Db, guard, type Statement } from "../kernel/statement.ts";
import { line } from "../kernel/text.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { lmsCategories } from "./schema.ts";
import { slug } from "./slug.ts";

export type CategoryRow = typeof lmsCategories.$inferSelect;

/** How deep a tree of categories may be. */
export const DEPTH_MAX = 20;

export const categoryFields = {
  name: line(200),
  slug: slug.optional(),
  description: z.string().max(10_000).optional(),
  parentId: id.nullable().optional(),
  position: z.int().min(0).max(1_000_000).optional(),
  status: z.enum(["active", "inactive"]).optional(),
};

export const categoryAnswer = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  description: z.string(),
  parentId: z.string().nullable(),
  position: z.int(),
  status: z.enum(["active", "inactive"]),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

export const showCategory = (row: CategoryRow): z.infer<typeof categoryAnswer> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  parentId: row.parentId,
  position: row.position,
  status: row.status,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});

/** A category and all above it, each an `id` of `line`. */
const lineUp = (orgId: string, categoryId: string) => sql`with recursive line (id, depth) as (
  select ${categoryId}, 0
  union all
  select lower.parent_id, line.depth + 1 from line
  join lms_categories as lower on lower.id = line.id and lower.organization_id = ${orgId}
  where lower.parent_id is not null and line.depth < ${DEPTH_MAX})`;

export const lineOf = (db: Db, orgId: string, categoryId: string) =>
  db
    .select({ id: lmsCategories.id })
    .from(lmsCategories)
    .where(
      sql`${lmsCategories.id} in (${lineUp(orgId, categoryId)} select id from line)
        and ${lmsCategories.organizationId} = ${orgId}`,
    );

/** Two moves at once could close a ring that neither of them saw. */
export const guardNoRing = (db: Db, orgId: string, categoryId: string): Statement =>
  guard(
    db,
    sql`not exists (${lineUp(orgId, categoryId)}
      select 1 from line where id = ${categoryId} and depth > 0)`,
  );

/** Something that keeps a category from being deleted: a child's name, or a course's title. */
const childName = (orgId: string, categoryId: string) => sql<string | null>`(select name
  from lms_categories where organization_id = ${orgId} and parent_id = ${categoryId}
  and deleted_at is null limit 1)`;
const courseTitle = (orgId: string, categoryId: string) => sql<string | null>`(select title
  from lms_courses where organization_id = ${orgId} and category_id = ${categoryId}
  and deleted_at is null limit 1)`;

export const heldBy = (db: Db, orgId: string, categoryId: string) =>
  db
    .select({
      child: childName(orgId, categoryId).as("child"),
      course: courseTitle(orgId, categoryId).as("course"),
    })
    .from(sql`(select 1)`);

export const guardUnheld = (db: Db, orgId: string, categoryId: string): Statement =>
  guard(
    db,
    sql`${childName(orgId, categoryId)} is null and ${courseTitle(orgId, categoryId)} is null`,
  );

/** Whoever holds a slug now. */
export const categorySlugTaken = (db: Db, orgId: string, wanted: string) =>
  db
    .select({ id: lmsCategories.id })
    .from(lmsCategories)
    .where(
      and(
        eq(lmsCategories.organizationId, orgId),
        eq(lmsCategories.slug, wanted),
        isNull(lmsCategories.deletedAt),
      ),
    );
