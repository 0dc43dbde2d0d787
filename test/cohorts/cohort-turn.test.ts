import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { cohortObject } from "../../src/cloudflare/objects.ts";
import { HOUR, MINUTE } from "../../src/kernel/time.ts";
import { publishedCourse } from "../harness/course.ts";
import {
  advance,
  command,
  drain,
  eventsOf,
  type Json,
  newOrganization,
  ok,
  type World,
} from "../harness/world.ts";
import { bindings } from "../live/world.ts";
import { rowOf } from "./cohort.ts";

afterEach(() => {
  clock.now = () => Date.now();
  vi.restoreAllMocks();
});

const at = (instant: string) => advance(Date.parse(instant) - clock.now());

type Dates = { startDate: string; endDate: string; timezone: string };
type Held = { world: World; cohortId: string };

async function cohort(dates: Dates): Promise<Held> {
  const world = await newOrganization();
  const { course } = await publishedCourse(world, { course: { type: "cohort" } });
  const opening = { courseId: course.id, name: "Turning", capacity: 3, ...dates };
  const { id } = ok(await command("lms.cohort.create", opening, world.instructor));
  await drain(world.orgId);
  return { world, cohortId: String(id) };
}

const objectOf = ({ cohortId }: Held) => cohortObject(bindings, cohortId);
const update = ({ world, cohortId }: Held, fields: Json) =>
  command("lms.cohort.update", { cohortId, ...fields }, world.instructor).then(ok);

/** Lets the object's alarm ring, as it does by itself when its time has come. */
async function rung(held: Held): Promise<string | undefined> {
  await drain(held.world.orgId);
  await runDurableObjectAlarm(objectOf(held));
  await drain(held.world.orgId);
  return (await rowOf(held.cohortId))?.status;
}

const alarmOf = (held: Held): Promise<number | null> =>
  runInDurableObject(objectOf(held), (_, { storage }) => storage.getAlarm());

test("a cohort in Asia/Kolkata begins at its own midnight and ends with its own last day", async () => {
  const held = await cohort({
    startDate: "2028-02-29",
    endDate: "2028-03-01",
    timezone: "Asia/Kolkata",
  });
  expect(await alarmOf(held)).toBe(Date.parse("2028-02-28T18:30:00Z"));
  at("2028-02-28T18:29:00Z");
  expect(await rung(held)).toBe("scheduled");
  at("2028-02-28T18:30:00Z");
  expect(await rung(held)).toBe("active");
  expect(await alarmOf(held)).toBe(Date.parse("2028-03-01T18:30:00Z"));
  at("2028-03-01T18:30:00Z");
  expect(await rung(held)).toBe("completed");
  expect(await alarmOf(held)).toBe(null);
  const names = (await eventsOf(held.cohortId)).map(({ name }) => name);
  expect(names).toEqual(["cohort.created", "cohort.activated", "cohort.completed"]);
});

test("where midnight is skipped it begins with the day's first moment, and ends with it where the clocks go back", async () => {
  const held = await cohort({
    startDate: "2027-09-05",
    endDate: "2027-10-31",
    timezone: "America/Santiago",
  });
  expect(await alarmOf(held)).toBe(Date.parse("2027-09-05T04:00:00Z"));
  const autumn = await cohort({
    startDate: "2027-10-31",
    endDate: "2027-10-31",
    timezone: "Europe/Berlin",
  });
  at("2027-10-30T22:00:00Z");
  expect(await rung(autumn)).toBe("active");
  expect(await alarmOf(autumn)).toBe(Date.parse("2027-10-31T23:00:00Z"));
});

test("dates that are moved move its alarm, and a zone that is changed does too", async () => {
  const held = await cohort({ startDate: "2030-01-10", endDate: "2030-02-01", timezone: "UTC" });
  await update(held, { startDate: "2030-01-05" });
  await drain(held.world.orgId);
  expect(await alarmOf(held)).toBe(Date.parse("2030-01-05T00:00:00Z"));
  await update(held, { timezone: "Pacific/Auckland" });
  await drain(held.world.orgId);
  expect(await alarmOf(held)).toBe(Date.parse("2030-01-04T11:00:00Z"));
});

test("one that is cancelled turns no more", async () => {
  const held = await cohort({ startDate: "2030-01-10", endDate: "2030-02-01", timezone: "UTC" });
  ok(await command("lms.cohort.cancel", { cohortId: held.cohortId }, held.world.instructor));
  await drain(held.world.orgId);
  expect(await alarmOf(held)).toBe(null);
  at("2030-01-11T00:00:00Z");
  expect(await rung(held)).toBe("cancelled");
});

test("one that its teacher has begun by hand is completed on its day all the same, and once", async () => {
  const held = await cohort({ startDate: "2030-01-10", endDate: "2030-02-01", timezone: "UTC" });
  ok(await command("lms.cohort.activate", { cohortId: held.cohortId }, held.world.instructor));
  await drain(held.world.orgId);
  expect(await alarmOf(held)).toBe(Date.parse("2030-02-02T00:00:00Z"));
  await evictDurableObject(objectOf(held));
  at("2030-02-02T00:00:00Z");
  expect(await rung(held)).toBe("completed");
  expect(await rung(held)).toBe("completed");
  const names = (await eventsOf(held.cohortId)).map(({ name }) => name);
  expect(names.filter((name) => name === "cohort.completed")).toHaveLength(1);
});

test("an alarm that fails sets itself again, and one that is refused is tried again later", async () => {
  const held = await cohort({ startDate: "2030-01-10", endDate: "2030-02-01", timezone: "UTC" });
  at("2030-01-10T00:00:00Z");
  const broken = vi.spyOn(bindings.DB, "withSession").mockImplementation(() => {
    throw new Error("D1 is away");
  });
  await runInDurableObject(objectOf(held), async (object, state) => {
    Object.defineProperty(object, "env", { value: { ...bindings, DB: { withSession: broken } } });
    await object.alarm();
    expect(await state.storage.getAlarm()).toBeGreaterThan(clock.now());
    Object.defineProperty(object, "env", { value: bindings });
  });
  broken.mockRestore();
  const off = { features: { enableCohorts: false } };
  ok(await command("lms.settings.update", off, held.world.admin));
  advance(600_000);
  expect(await rung(held)).toBe("scheduled");
  const again = Number(await alarmOf(held)) - clock.now();
  expect(again).toBeGreaterThan(HOUR - MINUTE);
  expect(again).toBeLessThanOrEqual(HOUR);
  ok(await command("lms.settings.update", { features: { enableCohorts: true } }, held.world.admin));
  advance(HOUR);
  expect(await rung(held)).toBe("active");
});
