import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  calendarDate,
  DAY,
  endOfDate,
  HOUR,
  instant,
  iso,
  isoOrNull,
  MINUTE,
  startOfDate,
  timeZone,
} from "../../src/kernel/time.ts";

const begins = (date: string, zone: string) => iso(startOfDate(date, zone));

describe("the first moment of a date", () => {
  test.each([
    ["2026-06-15", "UTC", "2026-06-15T00:00:00.000Z"],
    ["2026-06-15", "Asia/Kolkata", "2026-06-14T18:30:00.000Z"],
    ["2026-01-15", "America/New_York", "2026-01-15T05:00:00.000Z"],
    ["2026-07-15", "America/New_York", "2026-07-15T04:00:00.000Z"],
    ["2026-01-15", "Australia/Lord_Howe", "2026-01-14T13:00:00.000Z"],
    ["2026-07-15", "Australia/Lord_Howe", "2026-07-14T13:30:00.000Z"],
    ["2026-06-15", "Pacific/Honolulu", "2026-06-15T10:00:00.000Z"],
    ["2024-02-29", "Asia/Kolkata", "2024-02-28T18:30:00.000Z"],
  ])("%s in %s is %s", (date, zone, at) => {
    expect(begins(date, zone)).toBe(at);
  });

  test.each([
    ["2024-09-08", "America/Santiago", "2024-09-08T04:00:00.000Z"],
    ["2024-03-31", "Asia/Beirut", "2024-03-30T22:00:00.000Z"],
    ["2024-04-26", "Africa/Cairo", "2024-04-25T22:00:00.000Z"],
  ])("%s in %s, where midnight does not exist, is the first that does", (date, zone, at) => {
    expect(begins(date, zone)).toBe(at);
    const hour = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hour: "2-digit",
      minute: "2-digit",
    });
    expect(hour.format(startOfDate(date, zone))).toBe("01:00");
  });
});

describe("a date that is inclusive ends where the next begins", () => {
  test.each([
    ["2026-03-08", "America/New_York", 23],
    ["2026-11-01", "America/New_York", 25],
    ["2026-04-05", "Australia/Lord_Howe", 24.5],
    ["2026-10-04", "Australia/Lord_Howe", 23.5],
    ["2026-03-08", "Pacific/Honolulu", 24],
    ["2026-03-08", "Asia/Kolkata", 24],
  ])("%s in %s has %d hours", (date, zone, hours) => {
    expect((endOfDate(date, zone) - startOfDate(date, zone)) / HOUR).toBe(hours);
  });

  test("over the leap day, the year's end and the day that Samoa left out", () => {
    expect(iso(endOfDate("2024-02-28", "UTC"))).toBe("2024-02-29T00:00:00.000Z");
    expect(iso(endOfDate("2024-02-29", "UTC"))).toBe("2024-03-01T00:00:00.000Z");
    expect(iso(endOfDate("2025-02-28", "UTC"))).toBe("2025-03-01T00:00:00.000Z");
    expect(iso(endOfDate("2025-12-31", "UTC"))).toBe("2026-01-01T00:00:00.000Z");
    expect(endOfDate("2011-12-29", "Pacific/Apia")).toBe(startOfDate("2011-12-31", "Pacific/Apia"));
  });

  test("for any date in any of these zones", () => {
    const dates = fc.date({
      min: new Date("1990-01-01"),
      max: new Date("2060-12-31"),
      noInvalidDate: true,
    });
    const zones = fc.constantFrom(
      "Asia/Kolkata",
      "America/New_York",
      "Australia/Lord_Howe",
      "Pacific/Honolulu",
      "Asia/Tehran",
    );
    fc.assert(
      fc.property(dates, zones, (at, zone) => {
        const date = at.toISOString().slice(0, 10);
        const next = new Date(at.getTime() + DAY).toISOString().slice(0, 10);
        expect(endOfDate(date, zone)).toBe(startOfDate(next, zone));
        const hours = (endOfDate(date, zone) - startOfDate(date, zone)) / HOUR;
        expect(hours).toBeGreaterThanOrEqual(23);
        expect(hours).toBeLessThanOrEqual(25);
      }),
    );
  });
});

describe("what a payload may say", () => {
  test("a calendar date exists in the calendar", () => {
    for (const date of ["2024-02-29", "2026-12-31"])
      expect(calendarDate.safeParse(date).success).toBe(true);
    for (const date of [
      "2026-02-29",
      "2026-04-31",
      "2026-13-01",
      "2026-1-1",
      "2026-01-01T00:00:00Z",
      "1900-02-29",
    ]) {
      expect(calendarDate.safeParse(date).success, date).toBe(false);
    }
  });

  test("an instant has an offset, and is one and the same moment in each", () => {
    const at = Date.UTC(2026, 2, 29, 0, 30);
    for (const text of [
      "2026-03-29T00:30:00Z",
      "2026-03-29T06:00:00+05:30",
      "2026-03-28T20:30:00.000-04:00",
    ]) {
      expect(instant.parse(text)).toBe(at);
    }
    for (const text of [
      "2026-03-29T00:30:00",
      "2026-03-29",
      "2026-02-30T00:00:00Z",
      "2026-03-29T24:00:00Z",
      "2026-03-29T23:59:60Z",
      "tomorrow",
    ]) {
      expect(instant.safeParse(text).success, text).toBe(false);
    }
  });

  test("a zone is a name that IANA knows, no bare offset", () => {
    for (const zone of ["UTC", "Europe/Moscow", "Asia/Kolkata", "Australia/Lord_Howe"]) {
      expect(timeZone.safeParse(zone).success, zone).toBe(true);
    }
    for (const zone of ["+05:30", "-03", "Mars/Olympus", "", "Europe", "x".repeat(65)]) {
      expect(timeZone.safeParse(zone).success, zone).toBe(false);
    }
  });
});

test("an instant in JSON has milliseconds and is UTC", () => {
  expect(iso(MINUTE + 1)).toBe("1970-01-01T00:01:00.001Z");
  expect(isoOrNull(0)).toBe("1970-01-01T00:00:00.000Z");
  expect(isoOrNull(null)).toBeNull();
  expect(isoOrNull(undefined)).toBeNull();
});

test("an instant is written as Date writes it, whatever was written before", () => {
  const at = fc.integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });
  fc.assert(
    fc.property(fc.array(at, { minLength: 1 }), (instants) => {
      expect(instants.map(iso)).toEqual(instants.map((one) => new Date(one).toISOString()));
    }),
  );
  expect(() => iso(Number.NaN)).toThrow(RangeError);
});
