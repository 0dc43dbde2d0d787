import * as Calendar from "temporal-polyfill/fns/Calendar";
import * as Instant from "temporal-polyfill/fns/Instant";
import * as PlainDate from "temporal-polyfill/fns/PlainDate";
import * as ZonedDateTime from "temporal-polyfill/fns/ZonedDateTime";
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

// Temporal's functions and not its classes: these cost start-up a sixth, and the bundle half.
const dated = (date: string): PlainDate.Record => PlainDate.fromString(date, Calendar.getISO);
const began = (date: PlainDate.Record, zone: string): number =>
  PlainDate.toZonedDateTime(date, zone).epochMilliseconds;

/** The calendar date of an instant in a zone. */
export function dateIn(at: number, zone: string): string {
  if (zone === "UTC") return iso(at).slice(0, 10);
  const there = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(at), zone);
  return PlainDate.toString(ZonedDateTime.toPlainDate(there));
}

/** The first moment of a calendar date in a zone; where midnight does not exist, the first that does. */
export const startOfDate = (date: string, zone: string): number => began(dated(date), zone);

/** The first moment after a calendar date, for dates that are inclusive. */
export const endOfDate = (date: string, zone: string): number =>
  began(PlainDate.addDays(dated(date), 1), zone);
