import { organizationsAfter } from "../identity/statements.ts";
import { job } from "../kernel/job.ts";
import { lastWholeDay } from "./day.ts";
import { zoneOf } from "./reads.ts";
import { figuresOfDay } from "./snapshot.ts";

/** Four statements each. */
const ORGANIZATIONS_A_PAGE = 10;

export const analyticsSnapshot = job({
  name: "lms.analytics-snapshot",
  summary: "Writes each organization's figures of the day that is over, by course and in all",
  cron: "0 2 * * *",
  everyMissed: true,
  read: ({ db, cursor }) => ({
    organizations: organizationsAfter(db, cursor?.[0]?.toString(), ORGANIZATIONS_A_PAGE),
  }),
  run: async ({ organizations }, { db, dueAt, settings }) => {
    const last = organizations.at(-1);
    return {
      processed: organizations.length,
      writes: organizations.flatMap(({ id, defaults }) => {
        const zone = zoneOf({ defaults }, { deployment: settings });
        return figuresOfDay(db, id, lastWholeDay(dueAt, zone));
      }),
      ...(organizations.length === ORGANIZATIONS_A_PAGE && last ? { next: [last.id] } : {}),
    };
  },
});
