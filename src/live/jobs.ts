import { scheduleOf } from "../kernel/cron.ts";
import { dispatchEach, endOf, job, PAGE_COMMANDS } from "../kernel/job.ts";
import { settingsOf } from "../kernel/settings.ts";
import { DAY, iso } from "../kernel/time.ts";
import { sessionsAhead } from "./ahead.ts";
import { dueReminder } from "./reminders.ts";

const A_DAY_MINUTES = 1_440;
/** The earliest reminder that an organization may wish for. */
const EARLIEST_MS = 28 * DAY;

type Reminding = {
  name: string;
  summary: string;
  cron: string;
  windowMs: number;
  /** Which thresholds are this job's. */
  mine(minutes: number): boolean;
};

/** A net under the alarms of the sessions' objects; where there are none, it looks up to its next run. */
const reminding = ({ name, summary, cron, windowMs, mine }: Reminding) =>
  job({
    name,
    summary,
    cron,
    read: ({ db, now, cursor }) => ({
      sessions: sessionsAhead(db, {
        now,
        until: now + windowMs,
        cursor,
        limit: PAGE_COMMANDS,
      }),
    }),
    run: async ({ sessions }, ask) => {
      const { now, settings, ports } = ask;
      const until = ports.sessions.alarms ? now : scheduleOf(cron).next(now);
      const commands = sessions.flatMap((session) => {
        const { sessionReminderMinutes } = settingsOf(settings, {
          defaults: session.defaults ?? {},
        }).defaults;
        const minutesBefore = dueReminder(sessionReminderMinutes, session.scheduledAt, {
          now,
          until,
          mine,
        });
        if (minutesBefore === undefined || session.pulled.includes(minutesBefore)) return [];
        const { id: sessionId, scheduledAt } = session;
        return [
          {
            orgId: session.organizationId,
            type: "lms.session.remind",
            payload: { sessionId, minutesBefore, dueAt: iso(scheduledAt) },
          },
        ];
      });
      const counts = await dispatchEach(ask, commands);
      return { ...counts, ...endOf(sessions, PAGE_COMMANDS, (one) => [one.scheduledAt, one.id]) };
    },
  });

export const sessionReminders1Day = reminding({
  name: "lms.session-reminders-1day",
  summary: "Reminds of sessions a day and more before they begin",
  cron: "0 9 * * *",
  windowMs: EARLIEST_MS + DAY,
  mine: (minutes) => minutes >= A_DAY_MINUTES,
});

export const sessionReminders30Min = reminding({
  name: "lms.session-reminders-30min",
  summary: "Reminds of sessions less than a day before they begin",
  cron: "*/15 * * * *",
  windowMs: 2 * DAY,
  mine: (minutes) => minutes < A_DAY_MINUTES,
});
