import { and, eq } from "drizzle-orm";
import * as z from "zod";
import type { Db } from "../kernel/statement.ts";
import { percentOf } from "./current.ts";
import { lmsModuleFigures } from "./schema.ts";

export const shownModule = z.object({
  moduleId: z.string(),
  title: z.string(),
  started: z.int().describe("Learners who ever started it"),
  completed: z.int(),
  dropOff: z
    .number()
    .nullable()
    .describe("Percent of those who started it that have not completed it"),
});

type Outline = { id: string; title: string; isPublished: boolean };
type Figures = { moduleId: string; started: number; completed: number };

/** Where learners stop, by the course's published modules in their order. */
export function dropOffOf(
  modules: readonly Outline[],
  figures: readonly Figures[],
): z.infer<typeof shownModule>[] {
  const byModule = new Map(figures.map((one) => [one.moduleId, one]));
  return modules
    .filter((module) => module.isPublished)
    .map(({ id, title }) => {
      const { started, completed } = byModule.get(id) ?? { started: 0, completed: 0 };
      return {
        moduleId: id,
        title,
        started,
        completed,
        dropOff: percentOf(started - completed, started),
      };
    });
}

export const moduleFiguresOf = (db: Db, orgId: string, courseId: string) =>
  db
    .select()
    .from(lmsModuleFigures)
    .where(
      and(eq(lmsModuleFigures.organizationId, orgId), eq(lmsModuleFigures.courseId, courseId)),
    );
