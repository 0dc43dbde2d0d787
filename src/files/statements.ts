import { and, asc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { present } from "../kernel/columns.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Actor } from "../kernel/permission.ts";
import { type Db, insertManyInParts, isAnyOf, type Statement } from "../kernel/statement.ts";
import { lmsFiles } from "./schema.ts";

export { filesToRead, fileToRead } from "./reading.ts";

export type FileRow = typeof lmsFiles.$inferSelect;

const mine = (orgId: string) => present(lmsFiles, orgId);

export const fileByKey = (db: Db, orgId: string, key: string) =>
  db
    .select()
    .from(lmsFiles)
    .where(and(mine(orgId), eq(lmsFiles.key, key)));

export const filesById = (db: Db, orgId: string, fileIds: readonly string[]) =>
  db
    .select()
    .from(lmsFiles)
    .where(and(mine(orgId), isAnyOf(lmsFiles.id, fileIds)));

/** A file in a payload is ready, and the actor's own upload or the root's already; else it is not found. */
export function unusableFile(
  files: readonly FileRow[],
  wanted: readonly string[],
  actor: Actor,
  rootId: string,
): Refusal<"NOT_FOUND"> | undefined {
  const usable = (fileId: string) =>
    files.some(
      (file) =>
        file.id === fileId &&
        file.status === "ready" &&
        (file.ownerId === actor.id || file.attachedTo === rootId),
    );
  return wanted.every(usable) ? undefined : refuse("NOT_FOUND", "File not found");
}

/**
 * From now on whoever may read the root may read its files. A file stays with the first root that named
 * it: named by a second one it reaches that one's readers by signed addresses.
 */
export const attachFiles = (
  db: Db,
  orgId: string,
  fileIds: readonly string[],
  rootId: string,
): Statement[] =>
  fileIds.length === 0
    ? []
    : [
        db
          .update(lmsFiles)
          .set({ attachedTo: rootId })
          .where(and(mine(orgId), isAnyOf(lmsFiles.id, fileIds), sql`attached_to is null`)),
      ];

/** One file by an id that another row of the batch knows. */
export const fileById = (db: Db, orgId: string, fileId: string | SQL) =>
  db
    .select()
    .from(lmsFiles)
    .where(and(mine(orgId), eq(lmsFiles.id, fileId)));

/** Those whose ids a subquery of the taker's gives, in the order of their ids. */
export const filesAmong = (db: Db, orgId: string, ids: SQL) =>
  db
    .select()
    .from(lmsFiles)
    .where(and(mine(orgId), sql`${lmsFiles.id} in (${ids})`))
    .orderBy(asc(lmsFiles.id));

/** Files whose bytes are in the bucket already, as a whole course brings them. */
export const insertFiles = (db: Db, files: readonly FileRow[]): Statement[] =>
  insertManyInParts(db, lmsFiles, getTableColumns(lmsFiles), files);
