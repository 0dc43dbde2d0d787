import { Temporal } from "temporal-polyfill";
import * as z from "zod";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The last day shown: a page's instants share few days, and a date costs most of what `Date` takes. */
let dayShown = { day: Number.NaN, date: "" };

/** Epoch milliseconds as the ISO 8601 UTC string that JSON carries. */
export function iso(at: number): string {
  const day = Math.floor(at / DAY);
  if (day !== dayShown.day) dayShown = { day, date: new Date(at).toISOString().slice(0, 11) };
  const ms = at - day * DAY;
  const two = (value: number): string => TWO[value] ?? "";
  const thousandths = String(ms % SECOND).padStart(3, "0");
  return `${dayShown.date}${two(Math.floor(ms / HOUR))}:${two(Math.floor(ms / MINUTE) % 60)}:${two(Math.floor(ms / SECOND) % 60)}.${thousandths}Z`;
}
const TWO = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));
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

/** The calendar date of an instant in a zone. */
export const dateIn = (at: number, zone: string): string =>
  zone === "UTC"
    ? iso(at).slice(0, 10)
    : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();

/** The first moment of a calendar date in a zone; where midnight does not exist, the first that does. */
export const startOfDate = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

/** The first moment after a calendar date, for dates that are inclusive. */
export const endOfDate = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
