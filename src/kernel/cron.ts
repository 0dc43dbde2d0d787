import { Cron } from "croner";
import { DAY, MINUTE } from "./time.ts";

/** A 29 February on a weekday comes again within 40 years. */
const LONGEST_GAP_MS = 2 * 40 * 366 * DAY;

/** The minutes of a cron expression; all instants in epoch milliseconds, all fields in UTC. */
export type Schedule = {
  /** The first minute after `instant`. */
  next(instant: number): number;
  /** The last minute at or before `instant`. */
  last(instant: number): number;
  /** The minutes after `after` up to and with `until`, the oldest first, `max` at most. */
  between(after: number, until: number, max: number): number[];
};

/** Five fields; weekdays by name, since a number of one means another day elsewhere. Throws on any other. */
export function scheduleOf(expression: string): Schedule {
  if (/\d/.test(expression.split(/\s+/)[4] ?? "")) {
    throw new Error(`Name the weekdays of the cron expression "${expression}"`);
  }
  const cron = new Cron(expression, { timezone: "UTC", mode: "5-part" });
  const next = (instant: number): number => {
    const run = cron.nextRun(new Date(instant));
    if (run === null) throw new Error(`"${expression}" never comes`);
    return run.getTime();
  };
  return {
    next,
    /** Found going forward: croner's own way back fails for some months. */
    last(instant) {
      let back = MINUTE;
      while (next(instant - back) > instant) {
        back *= 2;
        if (back > LONGEST_GAP_MS) throw new Error(`"${expression}" never came`);
      }
      let last = next(instant - back);
      for (let at = next(last); at <= instant; at = next(at)) last = at;
      return last;
    },
    between(after, until, max) {
      const minutes: number[] = [];
      for (let at = next(after); at <= until && minutes.length < max; at = next(at)) {
        minutes.push(at);
      }
      return minutes;
    },
  };
}
