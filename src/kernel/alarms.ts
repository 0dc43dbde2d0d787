/** A moment that an object waits for. There is one of a name: setting it again moves it. */
export type Alarm = { readonly name: string; readonly at: number };

/** When the one physical alarm has to ring, in epoch milliseconds; null while nothing is waited for. */
export const nextAlarm = (alarms: readonly Alarm[]): number | null =>
  alarms.reduce<number | null>(
    (soonest, { at }) => (soonest === null || at < soonest ? at : soonest),
    null,
  );

/** What is due at `now`, the longest overdue first. */
export const dueAlarms = (alarms: readonly Alarm[], now: number): Alarm[] =>
  alarms.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
