import { Temporal } from "temporal-polyfill";
import * as z from "zod";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Epoch milliseconds as the ISO 8601 UTC string that JSON carries. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : iso(at);

/** An instant in a payload: ISO 8601 with an offset; parsed to epoch milliseconds. */
export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .describe("Instant, ISO 8601 with an offset");

/** How an answer shows an instant. */
export const shownInstant = z.iso.datetime().describe("Instant, ISO 8601 UTC");

export const calendarDate = z.iso.date().describe("Calendar date, YYYY-MM-DD");

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "Not a known IANA time zone, as Europe/Berlin")
  .describe("IANA time zone");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/** The first moment of a calendar date in a zone; where midnight does not exist, the first that does. */
export const startOfDate = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

/** The first moment after a calendar date, for dates that are inclusive. */
export const endOfDate = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
