import { Temporal } from "temporal-polyfill";
import type { Language } from "../notifications/statements.ts";
import { zoneLines } from "./calendar-zone.ts";

/** A session as a calendar shows it. Instants are epoch milliseconds. */
export type CalendarSession = {
  id: string;
  title: string;
  cohortName: string;
  courseTitle: string;
  timeZone: string;
  startsAt: number;
  endsAt: number;
  isCancelled: boolean;
  /** Rises with every change, as SEQUENCE has to. */
  version: number;
  createdAt: number;
  updatedAt: number;
};

type Calendar = {
  name: string;
  /** The address of this deployment, without a slash at the end. */
  origin: string;
  language: Language;
  version: string;
  sessions: readonly CalendarSession[];
};

const WORDS = {
  en: { calendar: "live sessions", join: "Join" },
  ru: { calendar: "живые занятия", join: "Присоединиться" },
} as const;

/** An iCalendar object (RFC 5545) of sessions, each in its cohort's time zone. */
export function calendarText({ name, origin, language, version, sessions }: Calendar): string {
  const words = WORDS[language];
  const shownName = escapeText(`${name}: ${words.calendar}`);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    `PRODID:-//Lyceum//Lyceum ${version}//EN`,
    "CALSCALE:GREGORIAN",
    `NAME:${shownName}`,
    `X-WR-CALNAME:${shownName}`,
    "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    "X-PUBLISHED-TTL:PT1H",
    ...zonesOf(sessions).flatMap(({ zone, from, to }) => zoneLines(zone, from, to)),
    ...sessions.flatMap((one) => sessionLines(one, { origin, join: words.join })),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join("");
}

function sessionLines(
  session: CalendarSession,
  { origin, join }: { origin: string; join: string },
): string[] {
  const page = `${origin}/live/${session.id}`;
  const about = `${session.courseTitle}\n${session.cohortName}\n\n${join}: ${page}`;
  const revised = utc(session.updatedAt);
  return [
    "BEGIN:VEVENT",
    `UID:${session.id}@${new URL(origin).hostname}`,
    // Without a METHOD it is the moment of the last revision (RFC 5545, 3.8.7.2).
    `DTSTAMP:${revised}`,
    `CREATED:${utc(session.createdAt)}`,
    `LAST-MODIFIED:${revised}`,
    `SEQUENCE:${session.version}`,
    `STATUS:${session.isCancelled ? "CANCELLED" : "CONFIRMED"}`,
    ...times(session),
    `SUMMARY:${escapeText(session.title)}`,
    `DESCRIPTION:${escapeText(about)}`,
    `LOCATION:${escapeText(page)}`,
    `URL:${page}`,
    `TRANSP:${session.isCancelled ? "TRANSPARENT" : "OPAQUE"}`,
    "END:VEVENT",
  ];
}

/** In the zone's own time; in UTC within the hour that comes twice, which programs read either way. */
function times({ startsAt, endsAt, timeZone }: CalendarSession): string[] {
  const [start, end] = [startsAt, endsAt].map((at) => localIn(at, timeZone));
  return timeZone === "UTC" || start === undefined || end === undefined
    ? [`DTSTART:${utc(startsAt)}`, `DTEND:${utc(endsAt)}`]
    : [`DTSTART;TZID=${timeZone}:${start}`, `DTEND;TZID=${timeZone}:${end}`];
}

function localIn(at: number, timeZone: string): string | undefined {
  const local = zoned(at, timeZone).toPlainDateTime();
  const [one, other] = (["earlier", "later"] as const).map(
    (disambiguation) => local.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
  );
  return one === other ? compact(local) : undefined;
}

const zoned = (at: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

/** `20261121T180000`: seconds are the finest that iCalendar has. */
const compact = (local: Temporal.PlainDateTime): string =>
  local.toString({ smallestUnit: "second", roundingMode: "floor" }).replaceAll(/[-:]/g, "");

const utc = (at: number): string => `${compact(zoned(at, "UTC").toPlainDateTime())}Z`;

/** Each zone but UTC, with the span of what happens in it. */
function zonesOf(sessions: readonly CalendarSession[]) {
  const spans = new Map<string, { zone: string; from: number; to: number }>();
  for (const { timeZone: zone, startsAt, endsAt } of sessions) {
    if (zone === "UTC") continue;
    const { from, to } = spans.get(zone) ?? { from: startsAt, to: endsAt };
    spans.set(zone, { zone, from: Math.min(from, startsAt), to: Math.max(to, endsAt) });
  }
  return [...spans.values()];
}

/** TEXT (RFC 5545, 3.3.11); control characters, which no TEXT has, are left out. */
export const escapeText = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[^\P{Cc}\t\n]/gu, "")
    .replaceAll(/[\\;,]/g, (one) => `\\${one}`)
    .replaceAll("\n", "\\n");

const LINE_OCTETS = 75;

/** Broken so that no line is longer than 75 octets of UTF-8, and never within a character. */
export function fold(line: string): string {
  let folded = "";
  let octets = 0;
  for (const character of line) {
    const size = octetsOf(character);
    if (octets + size > LINE_OCTETS) {
      folded += "\r\n ";
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}

function octetsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}
