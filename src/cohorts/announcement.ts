import * as z from "zod";
import { iso, shownInstant } from "../kernel/time.ts";
import type { lmsAnnouncements } from "./schema.ts";

type AnnouncementRow = typeof lmsAnnouncements.$inferSelect;

export const announcementAnswer = z.object({
  id: z.string(),
  cohortId: z.string(),
  authorId: z.string(),
  body: z.string(),
  createdAt: shownInstant,
});

export const showAnnouncement = (
  row: Pick<AnnouncementRow, "id" | "cohortId" | "authorId" | "body" | "createdAt">,
): z.infer<typeof announcementAnswer> => ({
  id: row.id,
  cohortId: row.cohortId,
  authorId: row.authorId,
  body: row.body,
  createdAt: iso(row.createdAt),
});
