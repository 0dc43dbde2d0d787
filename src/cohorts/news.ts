import * as z from "zod";
import type { CohortNews } from "../kernel/ports.ts";
import { type CohortRow, isOpenCohort } from "./rows.ts";
import { nextTurnAt } from "./turning.ts";

/** What a cohort's object is told: the row as D1 has it, and whose seat or place may be free. */
export const cohortNews = z.object({
  cohortId: z.string().min(1),
  orgId: z.string().min(1),
  capacity: z.int().min(1),
  version: z.int().min(1),
  open: z.boolean(),
  turnAt: z.int().nullable(),
  learnerId: z.string().min(1).optional(),
});

export const newsOf = (cohort: CohortRow, learnerId?: string): CohortNews => ({
  cohortId: cohort.id,
  orgId: cohort.organizationId,
  capacity: cohort.capacity,
  version: cohort.version,
  open: isOpenCohort(cohort),
  turnAt: nextTurnAt(cohort),
  ...(learnerId === undefined ? {} : { learnerId }),
});
