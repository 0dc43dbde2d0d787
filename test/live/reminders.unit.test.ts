import { describe, expect, test } from "vitest";
import { MINUTE } from "../../src/kernel/time.ts";
import { dueReminder, nextReminderAt } from "../../src/live/reminders.ts";

const NOW = Date.UTC(2027, 0, 10, 9);
const inMinutes = (minutes: number) => NOW + minutes * MINUTE;
const USUAL = [1440, 30];

describe("the reminder that is due", () => {
  test.each([
    ["a second before its moment", 1440 * MINUTE + 1, undefined],
    ["at its moment", 1440 * MINUTE, 1440],
    ["an hour late", 1380 * MINUTE, 1440],
    ["at the tighter one's moment, the wider one missed", 30 * MINUTE, 30],
    ["a minute before the session", MINUTE, 30],
    ["when the session begins", 0, undefined],
    ["after it", -MINUTE, undefined],
  ])("%s", (_, aheadMs, expected) => {
    expect(dueReminder(USUAL, NOW + aheadMs, { now: NOW })).toBe(expected);
  });

  test("is none where the organization wants none", () => {
    expect(dueReminder([], inMinutes(10), { now: NOW })).toBeUndefined();
  });

  test("is left to the job that has the tightest threshold that was missed", () => {
    const daily = (minutes: number) => minutes >= 1440;
    expect(dueReminder(USUAL, inMinutes(20), { now: NOW, mine: daily })).toBeUndefined();
    expect(dueReminder(USUAL, inMinutes(600), { now: NOW, mine: daily })).toBe(1440);
  });

  test("is, without alarms, the one whose moment comes before the next run", () => {
    const quarter = { now: NOW, until: inMinutes(15), mine: (minutes: number) => minutes < 1440 };
    expect(dueReminder(USUAL, inMinutes(45), quarter)).toBe(30);
    expect(dueReminder(USUAL, inMinutes(46), quarter)).toBeUndefined();
    const day = { now: NOW, until: inMinutes(1440), mine: (minutes: number) => minutes >= 1440 };
    expect(dueReminder(USUAL, inMinutes(1450), day)).toBe(1440);
  });
});

describe("the alarm of a session's object", () => {
  const session = { scheduledAt: inMinutes(2000), status: "scheduled" };

  test("rings at each moment in turn, and then no more", () => {
    expect(nextReminderAt(USUAL, session, NOW)).toBe(inMinutes(560));
    expect(nextReminderAt(USUAL, session, inMinutes(560))).toBe(inMinutes(1970));
    expect(nextReminderAt(USUAL, session, inMinutes(1970))).toBeNull();
  });

  test("is off once the session is live, over or cancelled", () => {
    for (const status of ["live", "ended", "cancelled", "recorded"]) {
      expect(nextReminderAt(USUAL, { ...session, status }, NOW)).toBeNull();
    }
  });
});
