import { endOfDate, startOfDate } from "../kernel/time.ts";
import type { CohortRow } from "./statements.ts";

type Dated = Pick<CohortRow, "status" | "startDate" | "endDate" | "timezone">;

/** What the calendar asks of a cohort: its dates are days of its own zone, the last one inclusive. */
export function turnDue(cohort: Dated, now: number): "activate" | "complete" | undefined {
  const { status, startDate, endDate, timezone } = cohort;
  if (status === "scheduled" && startOfDate(startDate, timezone) <= now) return "activate";
  if (status === "active" && endOfDate(endDate, timezone) <= now) return "complete";
  return undefined;
}

/** No zone is further ahead of UTC: what has not begun on this date has begun nowhere. */
const FURTHEST_AHEAD_MS = 14 * 60 * 60 * 1_000;

/** The date that it is in the zone furthest ahead. */
export const latestDate = (now: number): string =>
  new Date(now + FURTHEST_AHEAD_MS).toISOString().slice(0, 10);
