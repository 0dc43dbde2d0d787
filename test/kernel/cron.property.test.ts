import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scheduleOf } from "../../src/kernel/cron.ts";
import { job } from "../../src/kernel/job.ts";
import { dueRuns } from "../../src/kernel/job-run.ts";
import { DAY, HOUR, MINUTE } from "../../src/kernel/time.ts";

const START = Date.UTC(2026, 0, 1);
const END = Date.UTC(2032, 0, 1);
const instant = fc.integer({ min: START, max: END });
const CRONS = {
  everyMinute: "* * * * *",
  quarters: "*/15 * * * *",
  morning: "0 9 * * *",
  tuesdays: "0 10 * * TUE",
  firsts: "0 3 1 * *",
  leapDays: "30 3 29 2 *",
} as const;
const cron = fc.constantFrom(...Object.values(CRONS));

/** What an expression means, by the calendar alone. */
const means: Record<string, (at: Date) => boolean> = {
  [CRONS.everyMinute]: () => true,
  [CRONS.quarters]: (at) => at.getUTCMinutes() % 15 === 0,
  [CRONS.morning]: (at) => at.getUTCHours() === 9 && at.getUTCMinutes() === 0,
  [CRONS.tuesdays]: (at) =>
    at.getUTCDay() === 2 && at.getUTCHours() === 10 && at.getUTCMinutes() === 0,
  [CRONS.firsts]: (at) =>
    at.getUTCDate() === 1 && at.getUTCHours() === 3 && at.getUTCMinutes() === 0,
  [CRONS.leapDays]: (at) =>
    at.getUTCMonth() === 1 &&
    at.getUTCDate() === 29 &&
    at.getUTCHours() === 3 &&
    at.getUTCMinutes() === 30,
};

const newJob = (name: string, expression: string, everyMissed = false) =>
  job({
    name,
    summary: name,
    cron: expression,
    everyMissed,
    read: () => ({}),
    run: async () => ({ processed: 0 }),
  });

describe("a cron expression", () => {
  test("names the minutes that the calendar names, and no other in between", () => {
    fc.assert(
      fc.property(cron, instant, (expression, at) => {
        const schedule = scheduleOf(expression);
        const next = schedule.next(at);
        const last = schedule.last(at);
        expect(means[expression]?.(new Date(next))).toBe(true);
        expect(means[expression]?.(new Date(last))).toBe(true);
        expect(next).toBeGreaterThan(at);
        expect(last).toBeLessThanOrEqual(at);
        expect(schedule.next(last)).toBe(next);
        expect(schedule.last(next)).toBe(next);
        expect(schedule.last(next - 1)).toBe(last);
      }),
    );
  });

  test("is refused with six fields, with weekdays by number and with what is no time", () => {
    for (const bad of ["0 0 9 * * *", "0 10 * * 2", "0 10 * * 1-5", "61 * * * *", "morning"]) {
      expect(() => scheduleOf(bad), bad).toThrow();
    }
  });
});

describe("what fell due since the last minute that was handled", () => {
  /** Triggers at any moments, each recorded as the minute does; what was started, in order. */
  function lived(jobs: ReturnType<typeof newJob>[], triggers: readonly number[]) {
    const handled = new Map<string, number>();
    return triggers
      .toSorted((a, b) => a - b)
      .flatMap((now) => {
        const due = dueRuns(jobs, handled, now);
        for (const { job: one, dueAt } of due) handled.set(one.name, dueAt);
        return due.map(({ job: one, dueAt }) => ({ name: one.name, dueAt, now }));
      });
  }

  test("is never started twice, never early, and after an outage once for the last minute missed", () => {
    const triggers = fc
      .array(fc.integer({ min: 1, max: 3 * DAY }), { minLength: 2, maxLength: 60 })
      .map((gaps) => gaps.map((_, at) => gaps.slice(0, at + 1).reduce((a, b) => a + b, START)));
    fc.assert(
      fc.property(cron, triggers, (expression, moments) => {
        const started = lived([newJob("one", expression), newJob("tick", "* * * * *")], moments);
        const mine = started.filter(({ name }) => name === "one");
        expect(new Set(mine.map(({ dueAt }) => dueAt)).size).toBe(mine.length);
        const schedule = scheduleOf(expression);
        for (const { dueAt, now } of mine) {
          expect(dueAt).toBe(schedule.last(now));
        }
        // Whatever minute came between two triggers is handled at the second.
        for (const [at, now] of moments.entries()) {
          const before = moments[at - 1];
          if (before === undefined || schedule.last(now) <= before) continue;
          expect(mine).toContainEqual({ name: "one", dueAt: schedule.last(now), now });
        }
      }),
      { numRuns: 25 },
    );
  });

  test("is every missed minute where the job says so, however long the outage", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70 }), (days) => {
        const daily = newJob("snapshot", "0 2 * * *", true);
        const first = START + 2 * HOUR;
        const back = first + days * DAY + 5 * HOUR;
        const triggers = [first, back, back + MINUTE, back + 2 * MINUTE];
        const dues = lived([daily], triggers).map(({ dueAt }) => dueAt);
        expect(dues).toEqual(Array.from({ length: days + 1 }, (_, day) => first + day * DAY));
      }),
    );
  });

  test("is nothing of the past on a new database, and what is due this very minute", () => {
    const jobs = [newJob("morning", "0 9 * * *"), newJob("noon", "0 12 * * *")];
    const noon = START + 12 * HOUR;
    expect(dueRuns(jobs, new Map(), noon + 30_000).map(({ job: one }) => one.name)).toEqual([
      "noon",
    ]);
  });

  test("is for a new job what came after the last minute handled for any", () => {
    const jobs = [newJob("old", "0 9 * * *"), newJob("new", "0 10 * * *")];
    const nine = START + 9 * HOUR;
    const due = dueRuns(jobs, new Map([["old", nine]]), nine + 3 * HOUR);
    expect(due.map(({ job: one, dueAt }) => [one.name, dueAt])).toEqual([["new", nine + HOUR]]);
  });
});
