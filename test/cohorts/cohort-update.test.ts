import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, test } from "vitest";
import { cohortObject } from "../../src/cloudflare/objects.ts";
import { eventsOf } from "../harness/world.ts";
import { bindings, codeOf, done, enroll, run, runTasks, world } from "../live/world.ts";
import { rowOf, seatIn } from "./cohort.ts";

test("an update records what changed, and nothing where nothing did", async () => {
  const here = await world();
  const { instructor } = here.actors;
  const { cohortId } = here;
  await done(run("lms.cohort.update", { cohortId, name: "Winter", timezone: "UTC" }, instructor));
  await done(run("lms.cohort.update", { cohortId, name: "Winter" }, instructor));
  expect(await eventsOf(cohortId)).toMatchObject([
    { name: "cohort.updated", payload: { name: "Winter", updatedFields: ["name", "timezone"] } },
  ]);
  const wrongDates = run("lms.cohort.update", { cohortId, endDate: "2026-11-01" }, instructor);
  expect(codeOf(await wrongDates)).toBe("VALIDATION_FAILED");
});

test("a capacity below the seats taken is refused, and nothing is written", async () => {
  const here = await world({ capacity: 3 });
  const { cohortId } = here;
  await enroll(here, { learnerId: "ada" });
  await seatIn(here, "bo", 3, 1);
  const { instructor } = here.actors;
  expect(codeOf(await run("lms.cohort.update", { cohortId, capacity: 1 }, instructor))).toBe(
    "CAPACITY_REACHED",
  );
  expect(await rowOf(cohortId)).toMatchObject({ capacity: 3, version: 1 });
  await done(run("lms.cohort.update", { cohortId, capacity: 2 }, instructor));
  expect(await seatIn(here, "cy", 3, 1)).toEqual({ full: true });
});

test("a lowered capacity holds before its object is told, a raised one once it is", async () => {
  const here = await world({ capacity: 2 });
  const { cohortId } = here;
  const { instructor } = here.actors;
  await done(run("lms.cohort.update", { cohortId, capacity: 1 }, instructor));
  expect(await seatIn(here, "ada", 2, 1)).toHaveProperty("leasedUntil");
  expect(await seatIn(here, "bo", 2, 1)).toEqual({ full: true });
  await done(run("lms.cohort.update", { cohortId, capacity: 2 }, instructor));
  await runTasks();
  expect(await seatIn(here, "bo", 2, 1)).toHaveProperty("leasedUntil");
  await runDurableObjectAlarm(cohortObject(bindings, cohortId));
});
