import type { Registry } from "../kernel/context.ts";
import { dispatch } from "../kernel/mediator.ts";
import { systemActor } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";
import { endOfDate, startOfDate } from "../kernel/time.ts";
import type { CohortRow } from "./rows.ts";

type Dated = Pick<CohortRow, "status" | "startDate" | "endDate" | "timezone">;

/** When a cohort's dates ask something of it next, in epoch milliseconds; null for never again. */
export function nextTurnAt({ status, startDate, endDate, timezone }: Dated): number | null {
  if (status === "scheduled") return startOfDate(startDate, timezone);
  return status === "active" ? endOfDate(endDate, timezone) : null;
}

/** What the calendar asks of a cohort: its dates are days of its own zone, the last one inclusive. */
export function turnDue(cohort: Dated, now: number): "activate" | "complete" | undefined {
  const at = nextTurnAt(cohort);
  if (at === null || at > now) return undefined;
  return cohort.status === "scheduled" ? "activate" : "complete";
}

/** When a cohort turns next, and the version of the cohort that says so. */
export type Calendar = { turnAt: number | null; version: number };

/** Late news change nothing; the same version may say it again. */
export const calendarHeard = (before: Calendar, news: Calendar): Calendar =>
  news.version < before.version ? before : news;

const AGAIN = ["CONFLICT", "OVERLOADED"];

/** Begins or ends a cohort whose time has come, unless it has changed since it was read. */
export async function turn(
  host: Host,
  registry: Registry,
  { orgId, cohortId, ...cohort }: Dated & { orgId: string; cohortId: string; version: number },
): Promise<"turned" | "refused" | "not due"> {
  const act = turnDue(cohort, host.now());
  if (act === undefined) return "not due";
  const outcome = await dispatch(host, registry, {
    type: `lms.cohort.${act}`,
    payload: { cohortId },
    actor: systemActor(orgId),
    correlationId: host.id(),
    ifMatch: cohort.version,
  });
  if (outcome.ok) return "turned";
  if (AGAIN.includes(outcome.refusal.refused)) throw new Error(outcome.refusal.detail);
  return outcome.refusal.refused === "STALE_VERSION" ? "turned" : "refused";
}

/** No zone is further ahead of UTC: what has not begun on this date has begun nowhere. */
const FURTHEST_AHEAD_MS = 14 * 60 * 60 * 1_000;

/** The date that it is in the zone furthest ahead. */
export const latestDate = (now: number): string =>
  new Date(now + FURTHEST_AHEAD_MS).toISOString().slice(0, 10);
