import { type Alarm, dueAlarms, nextAlarm } from "../src/kernel/alarms.ts";
import { backoffMs } from "../src/kernel/backoff.ts";
import { errorText } from "../src/kernel/error.ts";
import type { LogLine } from "../src/kernel/ports.ts";

export const ALARM_TABLE = `CREATE TABLE alarms (
  name TEXT PRIMARY KEY, at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0
) STRICT`;

/** An alarm under way comes again after this much, should the object die in the middle of it. */
const UNDER_WAY_MS = 60_000;

type Row = { name: string; at: number; failures: number };

/** Named alarms over the one physical alarm that an object has. */
export function alarmTable(
  storage: DurableObjectStorage,
  { now, log }: { now: () => number; log: (line: LogLine) => void },
) {
  const { sql } = storage;
  const all = () => sql.exec<Row>("SELECT name, at, failures FROM alarms").toArray();

  async function arm(): Promise<void> {
    const at = nextAlarm(all());
    await (at === null ? storage.deleteAlarm() : storage.setAlarm(at));
  }

  const put = (name: string, at: number, failures = 0) =>
    sql.exec("INSERT OR REPLACE INTO alarms VALUES (?, ?, ?)", name, at, failures);

  const remove = (name: string) => sql.exec("DELETE FROM alarms WHERE name = ?", name);

  /** What fails is set again, later each time, and keeps no other from running. */
  async function runOne(
    { name }: Alarm,
    run: () => Promise<void>,
    about: () => object,
  ): Promise<void> {
    const start = performance.now();
    const line = () => ({
      unit: "alarm",
      alarm: name,
      ...about(),
      ms: Math.round(performance.now() - start),
    });
    const before = known(name)?.failures ?? 0;
    const mark = now() + UNDER_WAY_MS;
    put(name, mark);
    try {
      await run();
      sql.exec("DELETE FROM alarms WHERE name = ? AND at = ?", name, mark);
      log({ level: "info", ...line(), outcome: "done" });
    } catch (error) {
      put(name, now() + backoffMs(before + 1), before + 1);
      const failures = before + 1;
      log({ level: "error", ...line(), failures, outcome: "failed", error: errorText(error) });
    }
  }

  const known = (name: string) => all().find((one) => one.name === name);

  async function set(name: string, at: number | null): Promise<void> {
    const before = known(name);
    if (at === (before?.at ?? null)) return;
    if (at === null) remove(name);
    else if (before?.failures) put(name, Math.max(at, before.at), before.failures);
    else put(name, at);
    await arm();
  }

  return {
    /** Sets an alarm at an instant or moves it there; null takes it away. One that failed waits its time. */
    set,
    /** Sets an alarm unless it comes as soon already; one under way comes again for what it may miss. */
    async setBy(name: string, at: number): Promise<void> {
      if ((known(name)?.at ?? Number.POSITIVE_INFINITY) > at) await set(name, at);
    },
    /** Runs what is due and sets the physical alarm to what comes next. */
    async ring(
      runs: Readonly<Record<string, () => Promise<void>>>,
      about: () => object,
    ): Promise<void> {
      for (const alarm of dueAlarms(all(), now())) {
        const run = runs[alarm.name];
        if (run) await runOne(alarm, run, about);
        else remove(alarm.name);
      }
      await arm();
    },
  };
}
