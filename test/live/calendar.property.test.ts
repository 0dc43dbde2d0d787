import fc from "fast-check";
import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { DAY, MINUTE } from "../../src/kernel/time.ts";
import { type CalendarSession, calendarText } from "../../src/live/calendar.ts";

const SOME: CalendarSession = {
  id: "019a",
  title: "Opening",
  cohortName: "Autumn",
  courseTitle: "Botany",
  timeZone: "Europe/Berlin",
  startsAt: Date.parse("2026-11-21T17:00:00Z"),
  endsAt: Date.parse("2026-11-21T18:30:00Z"),
  isCancelled: false,
  version: 3,
  createdAt: Date.parse("2026-10-01T08:00:00Z"),
  updatedAt: Date.parse("2026-10-02T08:00:00Z"),
};
const ABOUT = { name: "School", origin: "https://lms.example.org", version: "1.0.0" };

const textOf = (...sessions: CalendarSession[]): string =>
  calendarText({ ...ABOUT, language: "en", sessions });

/** As a calendar program reads it, its own VTIMEZONEs included and no others known. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.reset();
    ICAL.TimezoneService.register(zone);
  }
  return calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
}

const ZONES = [
  "Europe/Berlin",
  "Europe/Dublin",
  "America/New_York",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "Pacific/Chatham",
  "Africa/Casablanca",
  "Asia/Kolkata",
  "Asia/Almaty",
  "Asia/Tehran",
  "UTC",
];
const zone = fc.constantFrom(...ZONES);
const second = fc
  .integer({ min: Date.parse("2005-01-01T00:00Z") / 1_000, max: Date.parse("2037-01-01Z") / 1_000 })
  .map((at) => at * 1_000);
/** What stands in a title: any Unicode, and often what iCalendar gives a meaning to. */
const title = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.constantFrom(
        ";",
        ",",
        "\\",
        "\\n",
        ":",
        '"',
        " ",
        "\n",
        "Введение в ботанику",
        "講座",
        "👩🏽‍🏫",
      ),
    ),
    { minLength: 1, maxLength: 20 },
  )
  .map((parts) => parts.join("").toWellFormed());

test("a title comes out of a calendar as it went in, but for control characters", () => {
  fc.assert(
    fc.property(title, (written) => {
      const [event] = read(textOf({ ...SOME, title: written }));
      const kept = written.replaceAll(/\r\n?/g, "\n").replaceAll(/[^\P{Cc}\t\n]/gu, "");
      expect(event?.summary).toBe(kept);
    }),
  );
});

test("no line is over 75 octets, each ends in CRLF, and no character is torn", () => {
  fc.assert(
    fc.property(title, title, (written, course) => {
      const bytes = new TextEncoder().encode(
        textOf({ ...SOME, title: written, courseTitle: course }),
      );
      const lines = Buffer.from(bytes).toString("latin1").split("\r\n");
      expect(lines.pop()).toBe("");
      for (const line of lines) {
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.length).toBeLessThanOrEqual(75);
        new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
          Buffer.from(line, "latin1"),
        );
      }
    }),
  );
});

test("a session stands at its very moment in every zone, the hour that comes twice and the one that is left out too", () => {
  const near = fc
    .tuple(zone, second, fc.integer({ min: -7_200, max: 7_200 }), fc.boolean())
    .map(([timeZone, at, by, atChange]) => {
      const change = Temporal.Instant.fromEpochMilliseconds(at)
        .toZonedDateTimeISO(timeZone)
        .getTimeZoneTransition("next");
      const startsAt = atChange && change ? change.epochMilliseconds + by * 1_000 : at;
      return { timeZone, startsAt };
    });
  fc.assert(
    fc.property(fc.array(near, { minLength: 1, maxLength: 4 }), (all) => {
      const [{ timeZone } = { timeZone: "UTC" }] = all;
      const sessions = all.map(({ startsAt }, at) => ({
        ...SOME,
        id: String(at),
        timeZone,
        startsAt,
        endsAt: startsAt + 90 * MINUTE,
      }));
      const shown = read(textOf(...sessions)).map(({ startDate, endDate }) => [
        startDate.toJSDate().getTime(),
        endDate.toJSDate().getTime(),
      ]);
      expect(shown).toEqual(sessions.map(({ startsAt, endsAt }) => [startsAt, endsAt]));
    }),
    { numRuns: 300 },
  );
});

test("a moved session keeps its UID with a higher SEQUENCE, and a cancelled one says so", () => {
  const [before, moved, cancelled] = [
    SOME,
    { ...SOME, startsAt: SOME.startsAt + DAY, endsAt: SOME.endsAt + DAY, version: 4 },
    { ...SOME, isCancelled: true, version: 5 },
  ].map((one) => read(textOf(one))[0]);
  expect(new Set([before?.uid, moved?.uid, cancelled?.uid])).toEqual(
    new Set(["019a@lms.example.org"]),
  );
  expect([before, moved, cancelled].map((one) => one?.sequence)).toEqual([3, 4, 5]);
  const status = (one: typeof before) => one?.component.getFirstPropertyValue("status");
  expect([before, cancelled].map(status)).toEqual(["CONFIRMED", "CANCELLED"]);
  expect(textOf(SOME)).toBe(textOf({ ...SOME }));
});

test("the same hour of summer and winter has the zone's own offsets", () => {
  const at = (id: string, begin: string): CalendarSession => {
    const startsAt = Date.parse(begin);
    return { ...SOME, id, startsAt, endsAt: startsAt + 90 * MINUTE };
  };
  const winter = at("w", "2027-01-10T17:00:00Z");
  const summer = at("s", "2027-07-10T16:00:00Z");
  const text = textOf(winter, summer);
  expect(text.match(/DTSTART;TZID=Europe\/Berlin:\d+T(\d+)/g)?.map((one) => one.slice(-6))).toEqual(
    ["180000", "180000"],
  );
  expect(text).toContain("BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\nTZOFFSETFROM:+0100");
  expect(text.match(/BEGIN:VTIMEZONE/g)).toHaveLength(1);
});

test("a calendar without sessions is one that programs take", () => {
  expect(read(textOf())).toEqual([]);
});
