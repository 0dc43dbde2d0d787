import { type SQL, sql } from "drizzle-orm";
import { DAY } from "./time.ts";

/** How many days before something ends its owner is told, once each. */
export const WARNING_DAYS = [1, 7, 30] as const;
export const FIRST_WARNING_MS = 30 * DAY;

/** The warning that is due: the tightest at or below which the days left are. */
export function warningDue(endsAt: number, now: number): number | undefined {
  return endsAt <= now ? undefined : WARNING_DAYS.find((days) => endsAt - now <= days * DAY);
}

/** The same as a column of what ends within 30 days. */
export const warningDueAt = (endsAt: SQL, now: number): SQL =>
  sql`(case when ${endsAt} - ${now} <= ${1 * DAY} then 1 when ${endsAt} - ${now} <= ${7 * DAY} then 7 else 30 end)`;

/** Whole days left, the day that has begun among them. */
export const daysLeft = (endsAt: number, now: number): number => Math.ceil((endsAt - now) / DAY);
