import { and, eq, type SQL } from "drizzle-orm";
import * as z from "zod";
import type { Files } from "../kernel/ports.ts";
import type { Db, RowOf } from "../kernel/statement.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { EXPORT_STATES, lmsExports } from "./schema.ts";

export const exportAnswer = z
  .object({
    id: z.string(),
    learnerId: z.string(),
    requestedBy: z.string(),
    state: z.enum(EXPORT_STATES),
    progress: z.object({ done: z.int(), total: z.int() }),
    size: z.int().nullable().describe("Bytes"),
    createdAt: shownInstant,
    readyAt: shownInstant.nullable(),
    expiresAt: shownInstant.nullable().describe("When the file is deleted"),
  })
  .meta({ id: "Export" });

export const exportById = (db: Db, orgId: string, exportId: string) =>
  db.select().from(lmsExports).where(exportIs(orgId, exportId));

export const exportIs = (orgId: string, exportId: string): SQL | undefined =>
  and(eq(lmsExports.organizationId, orgId), eq(lmsExports.id, exportId));

export const pendingExport = (db: Db, orgId: string, learnerId: string) =>
  db
    .select({ id: lmsExports.id })
    .from(lmsExports)
    .where(
      and(
        eq(lmsExports.organizationId, orgId),
        eq(lmsExports.learnerId, learnerId),
        eq(lmsExports.state, "pending"),
      ),
    );

export type ExportRow = RowOf<ReturnType<typeof exportById>>;

export const showExport = (row: ExportRow): z.infer<typeof exportAnswer> => ({
  id: row.id,
  learnerId: row.learnerId,
  requestedBy: row.requestedBy,
  state: row.state,
  progress: { done: row.partsDone, total: row.partsTotal },
  size: row.size,
  createdAt: iso(row.createdAt),
  readyAt: isoOrNull(row.readyAt),
  expiresAt: isoOrNull(row.expiresAt),
});

export const exportKeyOf = (orgId: string, exportId: string): string =>
  `${orgId}/exports/${exportId}.json`;

/** Pieces of the file while it is made; one after another they are the file. */
export const pieceKeysOf = (orgId: string, exportId: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${orgId}/exports/${exportId}/${at}.part`);

/** The pieces as one stream that holds one chunk at a time. */
export function joined(files: Files, keys: readonly string[]): ReadableStream<Uint8Array> {
  let next = 0;
  let reading: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (;;) {
        if (reading === undefined) {
          const key = keys[next++];
          if (key === undefined) return controller.close();
          const piece = await files.get(key);
          if (!piece) throw new Error("A piece of the export is gone");
          reading = piece.body.getReader();
        }
        const { done, value } = await reading.read();
        if (!done) return controller.enqueue(value);
        reading = undefined;
      }
    },
    async cancel(reason) {
      await reading?.cancel(reason);
    },
  });
}
