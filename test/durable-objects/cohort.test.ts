import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test, vi } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { cohortObject, cohortsPort, seatsPort } from "../../src/cloudflare/objects.ts";
import { LEASE_MS } from "../../src/cohorts/seats.ts";
import { lmsEnrollments } from "../../src/enrollment/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { HOUR } from "../../src/kernel/time.ts";
import { advance, db } from "../harness/world.ts";
import { bindings, enroll, type World, world } from "../live/world.ts";

const seats = seatsPort(bindings);
const told = cohortsPort(bindings);
const objectOf = ({ cohortId }: World) => cohortObject(bindings, cohortId);

const asking = ({ cohortId }: World, learnerId: string, capacity: number, cohortVersion = 1) => ({
  cohortId,
  learnerId,
  enrollmentId: newId(),
  capacity,
  cohortVersion,
});

const newsIn = ({ cohortId, orgId }: World) => ({ cohortId, orgId, open: true, turnAt: null });

/** The alarms that are set, by their names. */
const alarmsOf = (here: World): Promise<string[]> =>
  runInDurableObject(objectOf(here), (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>("SELECT name FROM alarms ORDER BY name")
      .toArray()
      .map(({ name }) => name),
  );

afterEach(() => {
  clock.now = () => Date.now();
  vi.restoreAllMocks();
});

test("two hundred at once for thirty seats: thirty are leased, a hundred and seventy find it full", async () => {
  const here = await world({ capacity: 30 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => seats.reserve(asking(here, `l${index}`, 30))),
  );
  expect(answers.filter((one) => "leasedUntil" in one)).toHaveLength(30);
  expect(answers.filter((one) => "full" in one)).toHaveLength(170);
});

test("one seat a learner: asking again gives the same seat and runs its lease anew", async () => {
  const here = await world({ capacity: 1 });
  const first = await seats.reserve(asking(here, "ada", 1));
  advance(30_000);
  const again = await seats.reserve(asking(here, "ada", 1));
  if (!("leasedUntil" in first && "leasedUntil" in again)) throw new Error("no seat");
  expect(again.leasedUntil - first.leasedUntil).toBeGreaterThanOrEqual(30_000);
  expect(await seats.reserve(asking(here, "bo", 1))).toEqual({ full: true });
});

test("a Worker that dies between lease and batch: the seat is free again when its lease has lapsed", async () => {
  const here = await world({ capacity: 1 });
  await seats.reserve(asking(here, "ada", 1));
  advance(LEASE_MS - 1_000);
  await runDurableObjectAlarm(objectOf(here));
  expect(await seats.reserve(asking(here, "bo", 1))).toEqual({ full: true });
  advance(1_001);
  expect(await runDurableObjectAlarm(objectOf(here))).toBe(true);
  expect(await seats.reserve(asking(here, "bo", 1))).toHaveProperty("leasedUntil");
});

test("a Worker that dies between batch and answer: the seat stays taken, for D1 has the enrollment", async () => {
  const here = await world({ capacity: 1 });
  await seats.reserve(asking(here, "ada", 1));
  await enroll(here, { learnerId: "ada" });
  advance(LEASE_MS + 1);
  await runDurableObjectAlarm(objectOf(here));
  expect(await seats.reserve(asking(here, "bo", 1))).toEqual({ full: true });
  expect(await alarmsOf(here)).toEqual(["turn"]);
});

test("an unpaid hold keeps its seat until seat_until and gives it up then", async () => {
  const here = await world({ capacity: 1 });
  await seats.reserve(asking(here, "ada", 1));
  const seatUntil = clock.now() + HOUR;
  await enroll(here, { learnerId: "ada", status: "pending-payment", seatUntil });
  advance(LEASE_MS + 1);
  await runDurableObjectAlarm(objectOf(here));
  expect(await seats.reserve(asking(here, "bo", 1))).toEqual({ full: true });
  advance(HOUR);
  await runDurableObjectAlarm(objectOf(here));
  expect(await seats.reserve(asking(here, "bo", 1))).toHaveProperty("leasedUntil");
});

test("a cancellation frees its seat as soon as it is told, but not one that a lease still holds", async () => {
  const here = await world({ capacity: 1 });
  const news = { ...newsIn(here), capacity: 1, version: 1 };
  await seats.reserve(asking(here, "ada", 1));
  const enrollmentId = await enroll(here, { learnerId: "ada" });
  await db
    .update(lmsEnrollments)
    .set({ status: "cancelled" })
    .where(eq(lmsEnrollments.id, enrollmentId));
  await told.tell({ ...news, learnerId: "ada" });
  expect(await seats.reserve(asking(here, "bo", 1))).toEqual({ full: true });
  advance(LEASE_MS + 1);
  await told.tell({ ...news, learnerId: "ada" });
  expect(await seats.reserve(asking(here, "bo", 1))).toHaveProperty("leasedUntil");
});

test("an object that knows nothing asks D1 before it answers anybody", async () => {
  const here = await world({ capacity: 3 });
  await enroll(here, { learnerId: "ada" });
  await enroll(here, { learnerId: "bo", status: "completed" });
  await enroll(here, { learnerId: "cy", status: "cancelled" });
  await enroll(here, { learnerId: "di", status: "pending-payment", seatUntil: clock.now() - 1 });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => seats.reserve(asking(here, `l${index}`, 3))),
  );
  expect(answers.filter((one) => "leasedUntil" in one)).toHaveLength(1);
});

test("eviction loses no seat: what was leased is leased, what was full is full", async () => {
  const here = await world({ capacity: 2 });
  await seats.reserve(asking(here, "ada", 2));
  await seats.reserve(asking(here, "bo", 2));
  await evictDurableObject(objectOf(here));
  expect(await seats.reserve(asking(here, "cy", 2))).toEqual({ full: true });
  expect(await seats.reserve(asking(here, "ada", 2))).toHaveProperty("leasedUntil");
  advance(LEASE_MS + 1);
  await evictDurableObject(objectOf(here));
  await runDurableObjectAlarm(objectOf(here));
  expect(await seats.reserve(asking(here, "cy", 2))).toHaveProperty("leasedUntil");
});

test("the capacity of the highest version counts, late and doubled news change nothing", async () => {
  const here = await world({ capacity: 1 });
  const news = newsIn(here);
  await told.tell({ ...news, capacity: 2, version: 3 });
  await told.tell({ ...news, capacity: 9, version: 2 });
  await told.tell({ ...news, capacity: 9, version: 3 });
  await seats.reserve(asking(here, "ada", 9, 2));
  await seats.reserve(asking(here, "bo", 9, 2));
  expect(await seats.reserve(asking(here, "cy", 9, 2))).toEqual({ full: true });
});

test("seats held back for a lowering that never commits come back after a minute", async () => {
  const here = await world({ capacity: 2 });
  const lowering = {
    cohortId: here.cohortId,
    capacity: 1,
    cohortVersion: 2,
    lowers: true as const,
  };
  expect(await seats.reserve(lowering)).toHaveProperty("leasedUntil");
  await seats.reserve(asking(here, "ada", 2));
  expect(await seats.reserve(asking(here, "bo", 2))).toEqual({ full: true });
  advance(LEASE_MS + 1);
  await runDurableObjectAlarm(objectOf(here));
  expect(await seats.reserve(asking(here, "bo", 2))).toHaveProperty("leasedUntil");
});

test("a lowering below the seats taken is refused", async () => {
  const here = await world({ capacity: 2 });
  await seats.reserve(asking(here, "ada", 2));
  await seats.reserve(asking(here, "bo", 2));
  const lowering = {
    cohortId: here.cohortId,
    capacity: 1,
    cohortVersion: 2,
    lowers: true as const,
  };
  expect(await seats.reserve(lowering)).toEqual({ full: true });
});

test("an alarm that fails sets itself again, later each time, and says so in its log line", async () => {
  const here = await world({ capacity: 1 });
  await seats.reserve(asking(here, "ada", 1));
  advance(LEASE_MS + 1);
  const lines = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const broken = vi.spyOn(bindings.DB, "withSession").mockImplementation(() => {
    throw new Error("D1 is away");
  });
  await runInDurableObject(objectOf(here), async (object, state) => {
    Object.defineProperty(object, "env", { value: { ...bindings, DB: { withSession: broken } } });
    await object.alarm();
    expect(await state.storage.getAlarm()).toBeGreaterThan(clock.now());
    Object.defineProperty(object, "env", { value: bindings });
  });
  const logged = lines.mock.calls.map(([line]) => JSON.parse(line));
  expect(logged).toContainEqual(
    expect.objectContaining({ level: "error", unit: "alarm", alarm: "look", outcome: "failed" }),
  );
  broken.mockRestore();
  advance(600_000);
  expect(await runDurableObjectAlarm(objectOf(here))).toBe(true);
  expect(await seats.reserve(asking(here, "bo", 1))).toHaveProperty("leasedUntil");
});

test("what is no seat request is refused at the boundary", async () => {
  const here = await world();
  await expect(seats.reserve({ ...asking(here, "ada", 30), capacity: 0 })).rejects.toThrow();
});
