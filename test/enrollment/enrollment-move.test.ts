import { afterEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { LEASE_MS } from "../../src/cohorts/seats.ts";
import { publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  advance,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  race,
  statuses,
  type World,
} from "../harness/world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

const dates = { startDate: "2031-01-01", endDate: "2031-06-30", timezone: "UTC" };

async function newCohort({ instructor }: World, courseId: string, capacity: number) {
  const body = { courseId, name: "Cohort", capacity, ...dates };
  const { id } = ok(await http("POST", "/lms/instructor/cohorts", { as: instructor, body }));
  return String(id);
}

/** A learner in the first of two cohorts of a course. */
async function inCohort({ places = 5 }: { places?: number } = {}) {
  const world = await newOrganization();
  const { course } = await publishedCourse(world, { course: { type: "cohort" } });
  const courseId = String(course.id);
  const [from, to] = [
    await newCohort(world, courseId, 1),
    await newCohort(world, courseId, places),
  ];
  const enrollmentId = await enroll(world.learner, courseId, from);
  return { world, courseId, from, to, enrollmentId };
}

async function enroll(as: Person, courseId: string, cohortId: string): Promise<string> {
  return ok(await http("POST", "/lms/enrollments", { as, body: { courseId, cohortId } })).id;
}

const move = (as: Person, enrollmentId: string, cohortId: string) =>
  http("POST", `/lms/enrollments/${enrollmentId}/move`, { as, body: { cohortId } });

describe("an enrollment that is moved", () => {
  test("takes a seat in its new cohort and leaves the old one to the next learner", async () => {
    const { world, courseId, from, to, enrollmentId } = await inCohort({ places: 1 });
    advance(LEASE_MS + 1);
    const answer = ok(await move(world.admin, enrollmentId, to));
    expect(answer).toMatchObject({ cohortId: to, status: "active", version: 3 });
    expect((await eventsOf(enrollmentId)).at(-1)).toMatchObject({
      name: "enrollment.moved",
      version: 3,
      payload: { enrollmentId, courseId, cohortId: to, fromCohortId: from },
    });
    await drain(world.orgId);
    const second = await world.newPerson("learner");
    const full = await http("POST", "/lms/enrollments", {
      as: second,
      body: { courseId, cohortId: to },
    });
    expect([full.status, full.body.code]).toEqual([409, "CAPACITY_REACHED"]);
    await enroll(second, courseId, from);
    await assertLogAgrees(world.orgId);
  });

  test("with others to the last seat, one alone gets it, and the rest stay where they are", async () => {
    const { world, courseId, to, enrollmentId } = await inCohort({ places: 1 });
    const wide = await newCohort(world, courseId, 10);
    const others = await Promise.all(
      Array.from({ length: 5 }, async () =>
        enroll(await world.newPerson("learner"), courseId, wide),
      ),
    );
    const all = [enrollmentId, ...others];
    const answers = await race(all.length, (at) => move(world.admin, all[at] ?? "", to));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 5 });
    await assertLogAgrees(world.orgId);
  });
});

describe("a move is refused", () => {
  test("into the cohort it is in, into one that is over, and of an enrollment that is", async () => {
    const { world, from, to, enrollmentId } = await inCohort();
    await expectRefused(world.orgId, { status: 409, code: "RULE_FAILED" }, () =>
      move(world.admin, enrollmentId, from),
    );
    ok(await http("POST", `/lms/instructor/cohorts/${to}/cancel`, { as: world.instructor }));
    const over = { status: 409, code: "INVALID_TRANSITION", state: "cancelled" };
    await expectRefused(world.orgId, over, () => move(world.admin, enrollmentId, to));
    ok(await http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: world.learner }));
    await expectRefused(world.orgId, over, () => move(world.admin, enrollmentId, from));
  });

  test("into another course's cohort, and in another organization, in the words for a missing one", async () => {
    const { world, to, enrollmentId } = await inCohort();
    const { course } = await publishedCourse(world, { course: { type: "cohort" } });
    const elsewhere = await newCohort(world, String(course.id), 5);
    await expectForeignIsMissing(elsewhere, "Cohort", (one) =>
      move(world.admin, enrollmentId, one),
    );
    const stranger = await newOrganization();
    await expectForeignIsMissing(enrollmentId, "Enrollment", (one) =>
      move(stranger.admin, one, to),
    );
  });

  test("to everybody but lms-admin", async () => {
    const { world, to, enrollmentId } = await inCohort();
    for (const as of [world.learner, world.instructor, world.orgAdmin, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: enrollment:move" },
        () => move(as, enrollmentId, to),
      );
    }
  });
});
