import * as z from "zod";
import { line } from "../kernel/text.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import type { ChapterRow } from "./authoring.ts";

export const chapterTitle = line(200);

export const chapterAnswer = z.object({
  id: z.string(),
  courseId: z.string(),
  title: z.string(),
  position: z.int(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
});

export const showChapter = (row: ChapterRow): z.infer<typeof chapterAnswer> => ({
  id: row.id,
  courseId: row.courseId,
  title: row.title,
  position: row.position,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});
