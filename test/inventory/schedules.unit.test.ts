import { expect, it } from "vitest";
import { scheduleOf } from "../../src/kernel/cron.ts";
import { DAY } from "../../src/kernel/time.ts";
import { lms } from "../../src/lms.ts";

it.each([...lms.jobs.values()].map(({ name, cron }) => [name, cron] as const))(
  "%s comes again, at %s",
  (_, cron) => {
    const now = Date.UTC(2026, 0, 1);
    const next = scheduleOf(cron).next(now);
    expect(next).toBeGreaterThan(now);
    expect(next).toBeLessThan(now + 366 * DAY);
  },
);
