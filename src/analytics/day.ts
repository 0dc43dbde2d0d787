import * as z from "zod";
import { type Refusal, refuse } from "../kernel/error.ts";
import { calendarDate, dateIn, endOfDate, HOUR, startOfDate } from "../kernel/time.ts";

export const DAYS_MAX = 366;
export const DAYS_DEFAULT = 30;

/** A day of an organization: its date, and the instants at which it starts and ends. */
export type Day = { day: string; from: number; until: number };

/** A command that began before midnight is long committed by then. */
const SETTLED_MS = HOUR;

/** The last day that has been over for an hour, at an instant. */
export function lastWholeDay(at: number, zone: string): Day {
  const day = addDays(dateIn(at - SETTLED_MS, zone), -1);
  return { day, from: startOfDate(day, zone), until: endOfDate(day, zone) };
}

export const addDays = (date: string, days: number): string => {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
};

export const monthOf = (day: string): string => day.slice(0, 7);

/** Every date from one to another, both included. */
export function datesFrom(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = addDays(date, 1)) dates.push(date);
  return dates;
}

export const periodInput = {
  startDate: calendarDate.optional(),
  endDate: calendarDate.optional().describe("Included; today, where absent"),
};
export type PeriodInput = { startDate?: string | undefined; endDate?: string | undefined };
export type Period = { startDate: string; endDate: string };

export const shownPeriod = z.object({
  startDate: calendarDate,
  endDate: calendarDate,
  timeZone: z.string().describe("The organization's: its days are those of this zone"),
});

/** What is asked for: to today where no end is given, the last 30 days where no start is. */
export function periodOf({ startDate, endDate }: PeriodInput, today: string): Period {
  const last = endDate ?? (startDate === undefined ? today : later(startDate, today));
  return { startDate: startDate ?? addDays(last, 1 - DAYS_DEFAULT), endDate: last };
}

const later = (a: string, b: string): string => (a > b ? a : b);

/** Refused where a period ends before it starts, or is longer than a year. */
export function periodFault({
  startDate,
  endDate,
}: Partial<Period>): Refusal<"VALIDATION_FAILED"> | undefined {
  if (startDate === undefined || endDate === undefined) return undefined;
  if (startDate > endDate) return wrongPeriod("endDate", "Not before startDate");
  return addDays(startDate, DAYS_MAX) <= endDate
    ? wrongPeriod("startDate", `A period is at most ${DAYS_MAX} days`)
    : undefined;
}

const wrongPeriod = (path: string, message: string) =>
  refuse("VALIDATION_FAILED", "Ask for another period", { errors: [{ path, message }] });
