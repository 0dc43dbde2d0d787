import { expect, test } from "vitest";
import { dueAlarms, nextAlarm } from "../../src/kernel/alarms.ts";

const alarms = [
  { name: "later", at: 30 },
  { name: "first", at: 10 },
  { name: "second", at: 20 },
];

test("the physical alarm rings for the soonest of all, and for none where none is set", () => {
  expect(nextAlarm(alarms)).toBe(10);
  expect(nextAlarm([])).toBeNull();
});

test("what is due runs in the order of its time, what is ahead waits", () => {
  expect(dueAlarms(alarms, 20).map(({ name }) => name)).toEqual(["first", "second"]);
  expect(dueAlarms(alarms, 9)).toEqual([]);
});
