import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latestDate, turnDue } from "../../src/cohorts/turning.ts";
import { HOUR, MINUTE } from "../../src/kernel/time.ts";

const ZONES = [
  "Asia/Kolkata",
  "America/New_York",
  "Australia/Lord_Howe",
  "Pacific/Honolulu",
] as const;
const zone = fc.constantFrom(...ZONES);

/** The local calendar as Intl has it, which the code under test does not ask. */
const dateIn = (timezone: string, at: number): string =>
  new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(at);

const START = Date.UTC(2024, 0, 1);
const instant = fc.integer({ min: START, max: Date.UTC(2033, 0, 1) });
const date = instant.map((at) => new Date(at).toISOString().slice(0, 10));

const scheduled = (startDate: string, timezone: string) => ({
  status: "scheduled" as const,
  startDate,
  endDate: "2040-01-01",
  timezone,
});
const active = (endDate: string, timezone: string) => ({
  status: "active" as const,
  startDate: "2020-01-01",
  endDate,
  timezone,
});

describe("a cohort's first and last day", () => {
  test("begin and end with the calendar of its zone, whatever the clocks do there", () => {
    fc.assert(
      fc.property(zone, date, instant, (timezone, day, now) => {
        const today = dateIn(timezone, now);
        expect(turnDue(scheduled(day, timezone), now)).toBe(day <= today ? "activate" : undefined);
        expect(turnDue(active(day, timezone), now)).toBe(day < today ? "complete" : undefined);
      }),
      { numRuns: 500 },
    );
  });

  test("whoever is due is among those that the job reads", () => {
    fc.assert(
      fc.property(zone, date, instant, (timezone, day, now) => {
        const isDue =
          turnDue(scheduled(day, timezone), now) !== undefined ||
          turnDue(active(day, timezone), now) !== undefined;
        if (isDue) expect(day <= latestDate(now)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    [
      "Asia/Kolkata, which has no summer time",
      "Asia/Kolkata",
      "2028-02-29",
      "2028-02-28T18:30:00Z",
    ],
    [
      "New York on the day its clocks go forward",
      "America/New_York",
      "2027-03-14",
      "2027-03-14T05:00:00Z",
    ],
    ["New York on the day after", "America/New_York", "2027-03-15", "2027-03-15T04:00:00Z"],
    [
      "New York on the day its clocks go back",
      "America/New_York",
      "2027-11-07",
      "2027-11-07T04:00:00Z",
    ],
    ["New York on the day after that", "America/New_York", "2027-11-08", "2027-11-08T05:00:00Z"],
    [
      "Lord Howe, whose clocks move half an hour, before",
      "Australia/Lord_Howe",
      "2027-04-04",
      "2027-04-03T13:00:00Z",
    ],
    ["Lord Howe after", "Australia/Lord_Howe", "2027-04-05", "2027-04-04T13:30:00Z"],
    [
      "Lord Howe on the day they go forward again",
      "Australia/Lord_Howe",
      "2027-10-03",
      "2027-10-02T13:30:00Z",
    ],
    [
      "Lord Howe on the day after that",
      "Australia/Lord_Howe",
      "2027-10-04",
      "2027-10-03T13:00:00Z",
    ],
    ["Honolulu on a leap day", "Pacific/Honolulu", "2028-02-29", "2028-02-29T10:00:00Z"],
    ["Honolulu on the day after it", "Pacific/Honolulu", "2028-03-01", "2028-03-01T10:00:00Z"],
  ])("midnight in %s", (_, timezone, day, midnight) => {
    const at = Date.parse(midnight);
    expect(turnDue(scheduled(day, timezone), at - 1)).toBeUndefined();
    expect(turnDue(scheduled(day, timezone), at)).toBe("activate");
    const before = new Date(Date.parse(`${day}T12:00:00Z`) - 24 * HOUR).toISOString().slice(0, 10);
    expect(turnDue(active(before, timezone), at - 1)).toBeUndefined();
    expect(turnDue(active(before, timezone), at)).toBe("complete");
  });

  test("turn nothing that is over or cancelled", () => {
    for (const status of ["completed", "cancelled"] as const) {
      const cohort = { ...active("2024-01-01", "UTC"), status };
      expect(turnDue(cohort, Date.UTC(2030, 0, 1) + MINUTE)).toBeUndefined();
    }
  });
});
