import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { seatsPort } from "../../src/cloudflare/objects.ts";
import { LEASE_MS } from "../../src/cohorts/seats.ts";
import { enrollmentCancelled, enrollmentExpired } from "../../src/enrollment/events.ts";
import { lmsEnrollments } from "../../src/enrollment/schema.ts";
import { deliver } from "../../src/kernel/delivery.ts";
import { type Envelope, envelopesOf, event } from "../../src/kernel/event.ts";
import { newId } from "../../src/kernel/id.ts";
import { iso } from "../../src/kernel/time.ts";
import { lms } from "../../src/lms.ts";
import { advance, db } from "../harness/world.ts";
import { bindings, enroll, newHost, runTasks, type World, world } from "../live/world.ts";

const reserve = ({ cohortId }: World, learnerId: string) =>
  seatsPort(bindings).reserve({
    cohortId,
    learnerId,
    enrollmentId: newId(),
    capacity: 1,
    cohortVersion: 1,
  });

const recorded = ({ orgId }: World, one: ReturnType<typeof event>): Envelope[] =>
  envelopesOf([one], {
    orgId,
    actorId: "system",
    correlationId: "test",
    causationId: null,
    now: clock.now(),
    id: newId,
  });

afterEach(() => {
  clock.now = () => Date.now();
});

/** A seat taken, its lease over, its enrollment given up; the event that says so. */
async function givenUp(here: World, status: "cancelled" | "expired") {
  await reserve(here, "ada");
  const enrollmentId = await enroll(here, { learnerId: "ada" });
  advance(LEASE_MS + 1);
  await db.update(lmsEnrollments).set({ status }).where(eq(lmsEnrollments.id, enrollmentId));
  const subject = { id: enrollmentId, version: 1 };
  const payload = { enrollmentId, learnerId: "ada", courseId: here.courseId };
  const at = iso(clock.now());
  return status === "cancelled"
    ? event(enrollmentCancelled, subject, { ...payload, cancelledAt: at })
    : event(enrollmentExpired, subject, { ...payload, expiredAt: at });
}

test("a cancelled or expired enrollment gives its seat to the next, however often it is told", async () => {
  for (const status of ["cancelled", "expired"] as const) {
    const here = await world({ capacity: 1 });
    const events = recorded(here, await givenUp(here, status));
    await deliver(newHost().host, lms, [...events, ...events]);
    await deliver(newHost().host, lms, events);
    expect(await reserve(here, "bo")).toEqual({ full: true });
    expect(await runTasks()).toBe(1);
    expect(await reserve(here, "bo")).toHaveProperty("leasedUntil");
  }
});
