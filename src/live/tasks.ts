import * as z from "zod";
import { settingsOf } from "../kernel/settings.ts";
import { found } from "../kernel/statement.ts";
import { step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { nextReminderAt } from "./reminders.ts";
import { newsOf } from "./room.ts";
import { sessionWithDefaults } from "./statements.ts";

const tell = step({
  read: ({ db, orgId, subject }) => ({
    session: found("Session", sessionWithDefaults(db, orgId, subject)),
  }),
  run: async ({ session }, { ports, settings, now }) => {
    const { sessionReminderMinutes } = settingsOf(settings, {
      defaults: session.defaults ?? {},
    }).defaults;
    const remindAt = nextReminderAt(sessionReminderMinutes, session, now);
    await ports.sessions.tell({ ...newsOf(session), remindAt });
    return {};
  },
});

/** Tells the session's object what the row says now. */
export const tellSession = taskKind({
  kind: "live.tell-session",
  queue: "jobs",
  payload: z.strictObject({}),
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: { tell },
});
