import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { alarmTable } from "../../durable-objects/alarm-table.ts";
import { migrate } from "../../durable-objects/migrate.ts";
import { cohortObject } from "../../src/cloudflare/objects.ts";
import { newId } from "../../src/kernel/id.ts";
import type { LogLine } from "../../src/kernel/ports.ts";
import { bindings } from "../live/world.ts";

/** A fresh object's storage, its alarms over a clock of the test's own. */
function alone<T>(
  act: (
    table: ReturnType<typeof alarmTable>,
    at: Clock,
    storage: DurableObjectStorage,
  ) => Promise<T>,
): Promise<T> {
  return runInDurableObject(cohortObject(bindings, newId()), (_, { storage }) => {
    const at: Clock = { now: 4_000_000_000_000, lines: [] };
    const table = alarmTable(storage, { now: () => at.now, log: (line) => at.lines.push(line) });
    return act(table, at, storage);
  });
}
type Clock = { now: number; lines: LogLine[] };
const about = () => ({});

test("the physical alarm follows the soonest of the named ones", async () => {
  await alone(async (table, at, storage) => {
    await table.set("a", at.now + 300);
    await table.set("b", at.now + 100);
    expect(await storage.getAlarm()).toBe(at.now + 100);
    await table.set("b", null);
    expect(await storage.getAlarm()).toBe(at.now + 300);
    await table.set("a", null);
    expect(await storage.getAlarm()).toBeNull();
  });
});

test("an alarm set anew while it runs rings again: what came meanwhile is not lost", async () => {
  await alone(async (table, at) => {
    let rings = 0;
    const runs = {
      a: async () => {
        rings += 1;
        if (rings === 1) await table.setBy("a", at.now + 250);
      },
    };
    await table.set("a", at.now);
    await table.ring(runs, about);
    at.now += 250;
    await table.ring(runs, about);
    at.now += 600_000;
    await table.ring(runs, about);
    expect(rings).toBe(2);
  });
});

test("an alarm whose object died in the middle of it rings again", async () => {
  await alone(async (table, at, storage) => {
    await table.set("a", at.now);
    let rings = 0;
    const dying = table.ring({ a: () => new Promise<void>(() => undefined) }, about);
    expect(dying).toBeInstanceOf(Promise);
    const reborn = alarmTable(storage, { now: () => at.now, log: () => undefined });
    at.now += 60_000;
    await reborn.ring(
      {
        a: async () => {
          rings += 1;
        },
      },
      about,
    );
    expect(rings).toBe(1);
  });
});

test("one that fails waits longer each time, however it is set, and keeps no other from running", async () => {
  await alone(async (table, at) => {
    let good = 0;
    const runs = {
      bad: async () => {
        throw new Error("away");
      },
      good: async () => {
        good += 1;
      },
    };
    await table.set("bad", at.now);
    await table.set("good", at.now + 1);
    at.now += 1;
    await table.ring(runs, about);
    await table.set("bad", at.now);
    await table.ring(runs, about);
    expect(good).toBe(1);
    expect(at.lines.map(({ alarm, outcome }) => `${alarm} ${outcome}`)).toEqual([
      "bad failed",
      "good done",
    ]);
    at.now += 600_000;
    await table.ring(runs, about);
    expect(at.lines.at(-1)).toMatchObject({ alarm: "bad", failures: 2, outcome: "failed" });
  });
});

test("an object's tables are brought forward once, each step by itself", async () => {
  await runInDurableObject(cohortObject(bindings, newId()), (_, { storage }) => {
    const known = storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM migrations").one().n;
    const before = Array.from({ length: known }, () => "SELECT broken");
    const steps = [...before, "CREATE TABLE one (a INTEGER)", "ALTER TABLE one ADD COLUMN b TEXT"];
    migrate(storage, steps.slice(0, -1));
    storage.sql.exec("INSERT INTO one VALUES (7)");
    migrate(storage, steps);
    migrate(storage, steps);
    expect(storage.sql.exec("SELECT a, b FROM one").toArray()).toEqual([{ a: 7, b: null }]);
  });
});
