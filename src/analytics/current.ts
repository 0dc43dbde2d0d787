import * as z from "zod";
import type { lmsCurrentFigures } from "./schema.ts";

export type CurrentRow = typeof lmsCurrentFigures.$inferSelect;

export const NOTHING_NOW = {
  courses: 0,
  pendingPayment: 0,
  active: 0,
  completed: 0,
  expired: 0,
  cancelled: 0,
  refunded: 0,
  enrolled: 0,
  progress: 0,
  ratingCount: 0,
  ratingSum: 0,
};
export type Now = typeof NOTHING_NOW;

export const shownNow = {
  enrollments: z.object({
    total: z.int(),
    byStatus: z.object({
      "pending-payment": z.int(),
      active: z.int(),
      completed: z.int(),
      expired: z.int(),
      cancelled: z.int(),
      refunded: z.int(),
    }),
  }),
  completionRate: z
    .number()
    .nullable()
    .describe("Percent of active, completed and expired enrollments that are completed"),
  averageProgress: z
    .number()
    .nullable()
    .describe("Percent, over active and completed enrollments; null while there is none"),
  rating: z.object({ average: z.number().nullable(), count: z.int() }),
};

/** Figures of now, which do not depend on a period. */
export const showNow = (now: Now) => {
  const { pendingPayment, active, completed, expired, cancelled, refunded } = now;
  return {
    enrollments: {
      total: pendingPayment + active + completed + expired + cancelled + refunded,
      byStatus: {
        "pending-payment": pendingPayment,
        active,
        completed,
        expired,
        cancelled,
        refunded,
      },
    },
    completionRate: percentOf(completed, active + completed + expired),
    averageProgress: now.enrolled === 0 ? null : Math.round(now.progress / now.enrolled) / 100,
    rating: {
      average: now.ratingCount === 0 ? null : now.ratingSum / now.ratingCount,
      count: now.ratingCount,
    },
  };
};

/** With two decimals; null of nothing. */
export const percentOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part * 10_000) / whole) / 100;
