import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { lmsCourses } from "../../src/catalog/schema.ts";
import { lmsSettings } from "../../src/identity/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { db, eventsOf } from "../harness/world.ts";
import { codeOf, done, run, world } from "../live/world.ts";
import { opening, type Shown } from "./cohort.ts";

test("an instructor opens a cohort of the own course, and its event says so without free text", async () => {
  const here = await world();
  const outcome = await run("lms.cohort.create", opening(here), here.actors.instructor);
  expect(outcome).toMatchObject({
    ok: true,
    status: 201,
    answer: {
      status: "scheduled",
      version: 1,
      instructorId: here.actors.instructor.id,
      startsAt: "2027-02-28T23:00:00.000Z",
      endsAt: "2027-05-31T22:00:00.000Z",
    },
  });
  const { id } = await done<Shown>(Promise.resolve(outcome));
  expect(await eventsOf(id)).toEqual([
    {
      name: "cohort.created",
      version: 1,
      aggregateType: "cohort",
      payload: {
        cohortId: id,
        courseId: here.courseId,
        name: "Spring",
        instructorId: here.actors.instructor.id,
        startDate: "2027-03-01",
        endDate: "2027-05-31",
        capacity: 20,
        timezone: "Europe/Berlin",
      },
    },
  ]);
});

test("bad input is refused with the path of each fault", async () => {
  const here = await world();
  const faults = async (change: object) => {
    const outcome = await run(
      "lms.cohort.create",
      { ...opening(here), ...change },
      here.actors.instructor,
    );
    if (outcome.ok) return [];
    return [outcome.refusal.refused, ...(outcome.refusal.errors ?? []).map(({ path }) => path)];
  };
  expect(await faults({ endDate: "2027-02-28" })).toEqual(["VALIDATION_FAILED", "endDate"]);
  expect(await faults({ startDate: "2027-02-30" })).toEqual(["VALIDATION_FAILED", "startDate"]);
  expect(await faults({ capacity: 0 })).toEqual(["VALIDATION_FAILED", "capacity"]);
  expect(await faults({ capacity: 1.5 })).toEqual(["VALIDATION_FAILED", "capacity"]);
  expect(await faults({ timezone: "Mars/Olympus" })).toEqual(["VALIDATION_FAILED", "timezone"]);
  expect(await faults({ status: "active" })).toEqual(["VALIDATION_FAILED", "status"]);
});

test("an instructor is named by lms-admin alone, and holds the role", async () => {
  const here = await world();
  const { admin, instructor, other, learner } = here.actors;
  const naming = (instructorId: string) => ({ ...opening(here), instructorId });
  expect(codeOf(await run("lms.cohort.create", naming(other.id), instructor))).toBe(
    "PERMISSION_DENIED",
  );
  expect(codeOf(await run("lms.cohort.create", naming(learner.id), admin))).toBe("NOT_FOUND");
  const made = await done<Shown>(run("lms.cohort.create", naming(other.id), admin));
  const renamed = run("lms.cohort.update", { cohortId: made.id, name: "Mine" }, other);
  expect(codeOf(await renamed)).toBe("ok 200");
});

test("an archived course opens no cohorts", async () => {
  const here = await world();
  await db.update(lmsCourses).set({ status: "archived" }).where(eq(lmsCourses.id, here.courseId));
  expect(codeOf(await run("lms.cohort.create", opening(here), here.actors.instructor))).toBe(
    "INVALID_TRANSITION",
  );
});

test("an organization that has switched cohorts off is refused", async () => {
  const here = await world();
  await db.insert(lmsSettings).values({
    id: newId(),
    organizationId: here.orgId,
    version: 1,
    createdAt: 1,
    updatedAt: 1,
    features: { enableCohorts: false },
  });
  expect(codeOf(await run("lms.cohort.create", opening(here), here.actors.instructor))).toBe(
    "FEATURE_DISABLED",
  );
});
