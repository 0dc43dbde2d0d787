import { runDurableObjectAlarm } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { lmsCourses } from "../../src/catalog/schema.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import { cohortObject, seatsPort } from "../../src/cloudflare/objects.ts";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { lmsSettings } from "../../src/identity/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { db, eventsOf } from "../harness/world.ts";
import {
  bindings,
  codeOf,
  done,
  enroll,
  read,
  run,
  runTasks,
  type World,
  world,
} from "../live/world.ts";

type Shown = { id: string; version: number; status: string; capacity: number; freePlaces: number };

const opening = ({ courseId }: World) => ({
  courseId,
  name: "Spring",
  startDate: "2027-03-01",
  endDate: "2027-05-31",
  capacity: 20,
  timezone: "Europe/Berlin",
});

const rowOf = async (cohortId: string) =>
  (await db.select().from(lmsCohorts).where(eq(lmsCohorts.id, cohortId)))[0];

const seatIn = ({ cohortId }: World, learnerId: string, capacity: number, cohortVersion: number) =>
  seatsPort(bindings).reserve({
    cohortId,
    learnerId,
    enrollmentId: newId(),
    capacity,
    cohortVersion,
  });

/** Each command on the cohort of the world, with what it needs. */
const onCohort = [
  ["lms.cohort.update", { name: "Renamed" }],
  ["lms.cohort.activate", {}],
  ["lms.cohort.complete", {}],
  ["lms.cohort.cancel", {}],
] as const;

afterEach(() => {
  clock.now = () => Date.now();
});

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

test("only the course's own instructor and lms-admin open, change, run and cancel its cohorts", async () => {
  const here = await world();
  const { admin, other, learner, reviewer, public: nobody } = here.actors;
  for (const actor of [other, learner, reviewer]) {
    expect(codeOf(await run("lms.cohort.create", opening(here), actor))).toBe("PERMISSION_DENIED");
    for (const [type, rest] of onCohort) {
      const payload = { cohortId: here.cohortId, ...rest };
      expect(codeOf(await run(type, payload, actor)), type).toBe("PERMISSION_DENIED");
    }
  }
  expect(codeOf(await run("lms.cohort.create", opening(here), nobody))).toBe("UNAUTHENTICATED");
  expect(codeOf(await run("lms.cohort.create", opening(here), admin))).toBe("ok 201");
  expect((await rowOf(here.cohortId))?.version).toBe(1);
});

test("a foreign organization's cohort is not found, with the very answer of a missing one", async () => {
  const [here, elsewhere] = [await world(), await world()];
  const { admin } = elsewhere.actors;
  for (const [type, rest] of onCohort) {
    const foreign = await run(type, { cohortId: here.cohortId, ...rest }, admin);
    const missing = await run(type, { cohortId: newId(), ...rest }, admin);
    expect(codeOf(foreign), type).toBe("NOT_FOUND");
    expect(foreign).toEqual(missing);
  }
  const create = await run("lms.cohort.create", opening(here), admin);
  expect(codeOf(create)).toBe("NOT_FOUND");
  const foreign = await read("lms.cohorts.get", { id: here.cohortId }, admin);
  expect(codeOf(foreign)).toBe("NOT_FOUND");
  expect(foreign).toEqual(await read("lms.cohorts.get", { id: newId() }, admin));
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

test("a cohort runs scheduled, active, completed, and its events count its learners", async () => {
  const here = await world();
  const { instructor } = here.actors;
  const { cohortId } = here;
  await enroll(here, { learnerId: "ada" });
  await enroll(here, { learnerId: "bo", status: "completed" });
  await enroll(here, { learnerId: "cy", status: "cancelled" });
  expect(codeOf(await run("lms.cohort.complete", { cohortId }, instructor))).toBe(
    "INVALID_TRANSITION",
  );
  await done(run("lms.cohort.activate", { cohortId }, instructor));
  expect(codeOf(await run("lms.cohort.activate", { cohortId }, instructor))).toBe(
    "INVALID_TRANSITION",
  );
  await done(run("lms.cohort.complete", { cohortId }, instructor));
  for (const [type, rest] of onCohort) {
    expect(codeOf(await run(type, { cohortId, ...rest }, instructor)), type).toBe(
      "INVALID_TRANSITION",
    );
  }
  expect(await eventsOf(cohortId)).toMatchObject([
    { name: "cohort.activated", version: 2, payload: { enrolledCount: 2 } },
    { name: "cohort.completed", version: 3, payload: { totalEnrolled: 2, totalCompleted: 1 } },
  ]);
});

test("a cancelled cohort names another of its course to move to; the reason stays in the row", async () => {
  const here = await world();
  const elsewhere = await world();
  const { instructor } = here.actors;
  const { cohortId } = here;
  const target = await done<Shown>(run("lms.cohort.create", opening(here), instructor));
  const cancel = (moveTo: string) =>
    run("lms.cohort.cancel", { cohortId, reason: "The teacher is ill", moveTo }, instructor);
  expect(codeOf(await cancel(cohortId))).toBe("RULE_FAILED");
  expect(codeOf(await cancel(elsewhere.cohortId))).toBe("NOT_FOUND");
  expect(codeOf(await cancel(target.id))).toBe("ok 200");
  expect(await rowOf(cohortId)).toMatchObject({
    status: "cancelled",
    cancelReason: "The teacher is ill",
    moveTo: target.id,
  });
  const [cancelled] = await eventsOf(cohortId);
  expect(cancelled).toMatchObject({ name: "cohort.cancelled" });
  expect(JSON.stringify(cancelled)).not.toContain("ill");
});

test("forty activations at once: one succeeds, and one event is recorded", async () => {
  const here = await world();
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, () =>
      run("lms.cohort.activate", { cohortId: here.cohortId }, here.actors.instructor),
    ),
  );
  const codes = outcomes.map(codeOf);
  expect(codes.filter((one) => one === "ok 200")).toHaveLength(1);
  expect(codes.filter((one) => one === "INVALID_TRANSITION")).toHaveLength(39);
  expect(await eventsOf(here.cohortId)).toHaveLength(1);
});

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

test("a cohort is read with its free places by whoever may see its course, and by nobody else", async () => {
  const here = await world({ capacity: 5 });
  const { learner, stranger, reviewer, instructor, admin, other, public: nobody } = here.actors;
  await enroll(here, { learnerId: learner.id });
  const soon = clock.now() + 60_000;
  await enroll(here, { learnerId: "bo", status: "pending-payment", seatUntil: soon });
  await enroll(here, { learnerId: "cy", status: "pending-payment", seatUntil: 1 });
  const see = (actor: typeof learner) => read("lms.cohorts.get", { id: here.cohortId }, actor);
  expect(await done<Shown>(see(nobody))).toMatchObject({ freePlaces: 3, capacity: 5 });
  await db.update(lmsCourses).set({ status: "draft" }).where(eq(lmsCourses.id, here.courseId));
  for (const actor of [learner, instructor, admin]) {
    expect(codeOf(await see(actor))).toBe("ok 200");
  }
  for (const actor of [nobody, stranger, reviewer, other]) {
    expect(codeOf(await see(actor))).toBe("NOT_FOUND");
  }
  await db
    .update(lmsCourses)
    .set({ status: "under-review" })
    .where(eq(lmsCourses.id, here.courseId));
  expect(codeOf(await see(reviewer))).toBe("ok 200");
});

test("an instructor lists the own cohorts page by page; another's are lms-admin's to see", async () => {
  const here = await world();
  const { instructor, other, admin, learner } = here.actors;
  for (let count = 0; count < 4; count++) {
    await done(run("lms.cohort.create", opening(here), instructor));
  }
  type Page = { data: Shown[]; hasMore: boolean; nextCursor: string | null };
  const list = (params: object, actor: typeof other) =>
    read("lms.instructor.cohorts", params, actor);
  const first = await done<Page>(list({ limit: 3 }, instructor));
  expect(first).toMatchObject({ hasMore: true });
  const rest = await done<Page>(list({ limit: 3, cursor: first.nextCursor }, instructor));
  const ids = [...first.data, ...rest.data].map(({ id }) => id);
  expect(new Set(ids).size).toBe(5);
  expect(rest.hasMore).toBe(false);
  expect((await done<Page>(list({}, other))).data).toEqual([]);
  const named = { instructorId: instructor.id };
  expect(codeOf(await list(named, other))).toBe("PERMISSION_DENIED");
  expect((await done<Page>(list(named, admin))).data).toHaveLength(5);
  expect(codeOf(await list({}, learner))).toBe("PERMISSION_DENIED");
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
