import { and, asc, eq, gte, lte } from "drizzle-orm";
import * as z from "zod";
import type { Db } from "../kernel/statement.ts";
import { monthOf, type Period } from "./day.ts";
import { lmsRevenueFigures } from "./schema.ts";

export const shownRevenue = z.object({
  month: z.string().describe("Of UTC, as the ledger's"),
  currency: z.string().describe("ISO 4217 code"),
  received: z.int().describe("In the currency's minor unit"),
  refunded: z.int(),
  recognized: z.int().describe("Less what of it was given back"),
});

type Revenue = z.infer<typeof shownRevenue>;

/** A course's revenue by months, or the organization's where `courseId` is empty. */
export const revenueOf = (
  db: Db,
  orgId: string,
  courseId: string,
  { first, last }: { first: string; last: string },
) => {
  const { month, currency, received, refunded, recognized } = lmsRevenueFigures;
  return db
    .select({ month, currency, received, refunded, recognized })
    .from(lmsRevenueFigures)
    .where(
      and(
        eq(lmsRevenueFigures.organizationId, orgId),
        eq(lmsRevenueFigures.courseId, courseId),
        gte(month, monthOf(first)),
        lte(month, monthOf(last)),
      ),
    )
    .orderBy(asc(month), asc(currency));
};

/** Of the months that a period touches, each as a whole. */
export const revenueShown = (
  revenue: readonly Revenue[],
  { startDate, endDate }: Period,
): Revenue[] =>
  revenue.filter(({ month }) => month >= monthOf(startDate) && month <= monthOf(endDate));
