import { describe, expect, test } from "vitest";
import {
  addDays,
  datesFrom,
  lastWholeDay,
  periodFault,
  periodOf,
} from "../../src/analytics/day.ts";
import { dateIn, HOUR } from "../../src/kernel/time.ts";

/** 02:00 UTC, when the figures are written. */
const due = (date: string) => Date.parse(`${date}T02:00:00Z`);

describe("the day that is over", () => {
  test.each([
    ["UTC", "2028-03-01", "2028-02-29", 24],
    ["Asia/Kolkata", "2028-03-01", "2028-02-29", 24],
    ["Pacific/Honolulu", "2028-03-01", "2028-02-28", 24],
    ["Pacific/Kiritimati", "2028-03-01", "2028-02-29", 24],
    ["America/New_York", "2027-03-16", "2027-03-14", 23],
    ["America/New_York", "2027-11-09", "2027-11-07", 25],
    ["Australia/Lord_Howe", "2027-04-05", "2027-04-04", 24.5],
    ["Australia/Lord_Howe", "2027-10-04", "2027-10-03", 23.5],
    ["Atlantic/South_Georgia", "2028-03-01", "2028-02-28", 24],
  ])("in %s at 02:00 UTC of %s is %s, of %d hours", (zone, at, day, hours) => {
    const last = lastWholeDay(due(at), zone);
    expect([last.day, (last.until - last.from) / HOUR]).toEqual([day, hours]);
    expect(dateIn(last.from, zone)).toBe(day);
    expect(dateIn(last.until - 1, zone)).toBe(day);
    expect(last.until).toBeLessThanOrEqual(due(at) - HOUR);
  });

  test.each(["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Honolulu"])(
    "in %s is every day of a leap year once, one after another, of whole days without a gap",
    (zone) => {
      const runs = datesFrom("2028-01-03", "2029-01-03").map((date) =>
        lastWholeDay(due(date), zone),
      );
      for (const [at, one] of runs.entries()) {
        const before = runs[at - 1];
        if (!before) continue;
        expect(one.day).toBe(addDays(before.day, 1));
        expect(one.from).toBe(before.until);
      }
    },
  );
});

describe("a period", () => {
  test("is the last 30 days where none is asked for, today among them", () => {
    const period = periodOf({}, "2028-03-01");
    expect(period).toEqual({ startDate: "2028-02-01", endDate: "2028-03-01" });
    expect(datesFrom(period.startDate, period.endDate)).toHaveLength(30);
  });
  test("goes to today where no end is asked for, and never ends before it starts", () => {
    expect(periodOf({ startDate: "2028-02-28" }, "2028-03-01").endDate).toBe("2028-03-01");
    expect(periodOf({ startDate: "2028-04-01" }, "2028-03-01").endDate).toBe("2028-04-01");
    expect(periodOf({ endDate: "2028-03-01" }, "2030-01-01").startDate).toBe("2028-02-01");
  });
  test("is at most a leap year long", () => {
    expect(periodFault({ startDate: "2028-01-01", endDate: "2028-12-31" })).toBeUndefined();
    expect(periodFault({ startDate: "2028-01-01", endDate: "2029-01-01" })).toMatchObject({
      errors: [{ path: "startDate" }],
    });
    expect(periodFault({ startDate: "2028-01-02", endDate: "2028-01-01" })).toMatchObject({
      errors: [{ path: "endDate" }],
    });
  });
});
