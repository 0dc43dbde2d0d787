import { MINUTE } from "../kernel/time.ts";

const momentOf = (scheduledAt: number, minutes: number): number => scheduledAt - minutes * MINUTE;

/**
 * The reminder to give between `now` and `until`, in minutes before the session: the next to come among
 * `mine`, else the tightest whose moment has passed, so that who was missed twice is told once.
 */
export function dueReminder(
  thresholds: readonly number[],
  scheduledAt: number,
  {
    now,
    until = now,
    mine = () => true,
  }: { now: number; until?: number; mine?: (minutes: number) => boolean },
): number | undefined {
  if (scheduledAt <= now) return undefined;
  const coming = thresholds.filter((minutes) => {
    const moment = momentOf(scheduledAt, minutes);
    return mine(minutes) && moment > now && moment <= until;
  });
  if (coming.length > 0) return Math.max(...coming);
  const passed = thresholds.filter((minutes) => momentOf(scheduledAt, minutes) <= now);
  const tightest = Math.min(...passed);
  return passed.length > 0 && mine(tightest) ? tightest : undefined;
}

/** When the session's alarm has to ring next; null where nobody is to be reminded any more. */
export function nextReminderAt(
  thresholds: readonly number[],
  session: { scheduledAt: number; status: string },
  now: number,
): number | null {
  if (session.status !== "scheduled") return null;
  const moments = thresholds
    .map((minutes) => momentOf(session.scheduledAt, minutes))
    .filter((moment) => moment > now);
  return moments.length > 0 ? Math.min(...moments) : null;
}
