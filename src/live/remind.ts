import type { Registry } from "../kernel/context.ts";
import type { Host } from "../kernel/ports.ts";
import { settingsOf } from "../kernel/settings.ts";
import { iso } from "../kernel/time.ts";
import { asSystem } from "./as-system.ts";
import { sessionRemind } from "./commands/session-remind.ts";
import { dueReminder, nextReminderAt } from "./reminders.ts";
import type { RemindedSession } from "./statements.ts";

/** Gives the reminder whose moment has come, and says when the next one does. */
export async function remind(
  host: Host,
  registry: Registry,
  session: RemindedSession,
): Promise<number | null> {
  const { id: sessionId, organizationId, scheduledAt, defaults } = session;
  const thresholds = settingsOf(host.settings, { defaults: defaults ?? {} }).defaults
    .sessionReminderMinutes;
  const now = host.now();
  const minutesBefore = dueReminder(thresholds, scheduledAt, { now });
  if (session.status === "scheduled" && minutesBefore !== undefined) {
    await asSystem(host, registry, {
      orgId: organizationId,
      type: sessionRemind.type,
      payload: { sessionId, minutesBefore, dueAt: iso(scheduledAt) },
    });
  }
  return nextReminderAt(thresholds, session, now);
}
