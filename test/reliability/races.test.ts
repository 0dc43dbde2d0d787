import { describe, expect, test } from "vitest";
import { draftCourse, publishedCourse } from "../harness/course.ts";
import { learning } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { said } from "../harness/refusals.ts";
import {
  command,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { faultyWorker } from "./worker.ts";

describe("at once", () => {
  test("40 approvals of one course publish it once: one 200, 39 × 409, one event", async () => {
    const world = await newOrganization();
    const { course } = await draftCourse(world);
    ok(
      await http("POST", `/lms/instructor/courses/${course.id}/submit-review`, {
        as: world.instructor,
      }),
    );
    const answers = await race(40, (at) =>
      http("POST", `/lms/admin/courses/${course.id}/approve`, {
        as: at % 2 ? world.admin : world.reviewer,
      }),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 409: 39 });
    for (const one of answers.filter((answer) => answer.status === 409)) {
      expect(["INVALID_TRANSITION", "CONFLICT"]).toContain(one.body.code);
    }
    const published = (await eventsOf(course.id)).filter((one) => one.name === "course.published");
    expect(published).toHaveLength(1);
    expect(await rows("SELECT revision FROM lms_courses WHERE id = ?", course.id)).toEqual([
      { revision: 1 },
    ]);
    await drain(world.orgId);
    await assertLogAgrees(world.orgId);
  });

  test("20 requests under one Idempotency-Key make one enrollment and give one answer 20 times", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const enroll = (body: unknown) =>
      http("POST", "/lms/enrollments", {
        as: world.learner,
        body,
        headers: { "idempotency-key": "the same" },
      });
    const answers = await race(20, () => enroll({ courseId: course.id }));
    expect(statuses(answers)).toEqual({ 201: 20 });
    expect(new Set(answers.map((one) => JSON.stringify(one.body))).size).toBe(1);
    expect(answers.filter((one) => one.headers.get("idempotent-replayed") !== "true")).toHaveLength(
      1,
    );
    expect(new Set(answers.map((one) => one.headers.get("location"))).size).toBe(1);
    expect(
      await rows("SELECT id FROM lms_enrollments WHERE course_id = ?", course.id),
    ).toHaveLength(1);
    const pricePaid = { amount: 0, currency: "USD" };
    expect(said(await enroll({ courseId: course.id, pricePaid }))).toMatchObject({
      status: 409,
      code: "IDEMPOTENCY_MISMATCH",
    });
    const other = await world.newPerson("learner");
    const theirs = await command(
      "lms.enrollment.create",
      { courseId: course.id },
      other,
      "the same",
    );
    expect(theirs.headers.get("idempotent-replayed")).toBeNull();
    expect(theirs.body.learnerId).toBe(other.id);
    await drain(world.orgId);
    await assertLogAgrees(world.orgId);
  });

  test("20 enrollments of one learner without a key make one, and 19 are duplicates", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const answers = await race(20, () =>
      http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
    );
    expect(statuses(answers)).toEqual({ 201: 1, 409: 19 });
    expect(
      new Set(answers.filter((one) => one.status === 409).map((one) => one.body.code)),
    ).toEqual(new Set(["DUPLICATE"]));
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", course.id),
    ).toEqual([{ n: 1 }]);
    await assertLogAgrees(world.orgId);
  });

  test("two modules that together reach the threshold complete the enrollment", async () => {
    for (let round = 0; round < 5; round++) {
      const way = await learning({ modules: [{ title: "Left" }, { title: "Right" }] });
      const answers = await race(2, (at) => way.complete(at));
      expect(statuses(answers)).toEqual({ 200: 2 });
      expect(await way.enrollment()).toMatchObject({ status: "completed", completionPct: 100 });
      const told = (await eventsOf(way.enrollmentId)).map((one) => one.name);
      expect(told.filter((one) => one === "enrollment.completed")).toHaveLength(1);
      expect(told.filter((one) => one === "module.completed")).toHaveLength(2);
      await assertLogAgrees(way.world.orgId);
    }
  });

  test("enrolling and cancelling the same enrollment leaves row, log and count of one mind", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = ok(
      await http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
    );
    await race(16, (at) =>
      at % 2
        ? http("POST", `/lms/enrollments/${id}/cancel`, { as: world.learner })
        : http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
    );
    const [row] = await rows("SELECT status FROM lms_enrollments WHERE id = ?", id);
    const [counted] = await rows(
      "SELECT enrolled_count AS n FROM lms_courses WHERE id = ?",
      course.id,
    );
    expect(counted?.n).toBe(row?.status === "active" ? 1 : 0);
    await assertLogAgrees(world.orgId);
  });

  test("200 enrollments for the 30 seats of a cohort take exactly 30", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, { course: { type: "cohort" } });
    const cohort = ok(
      await http("POST", "/lms/instructor/cohorts", {
        as: world.instructor,
        body: {
          courseId: course.id,
          name: "Autumn",
          startDate: "2030-09-01",
          endDate: "2030-12-01",
          capacity: 30,
          timezone: "Europe/Madrid",
        },
      }),
    );
    const learners = await Promise.all(
      Array.from({ length: 200 }, () => world.newPerson("learner")),
    );
    const answers = await race(200, (at) => {
      const as = learners[at] ?? world.learner;
      return http("POST", "/lms/enrollments", {
        as,
        body: { courseId: course.id, cohortId: cohort.id },
      });
    });
    expect(statuses(answers)).toEqual({ 201: 30, 409: 170 });
    expect(
      new Set(answers.filter((one) => one.status === 409).map((one) => one.body.code)),
    ).toEqual(new Set(["CAPACITY_REACHED"]));
    const taken = await rows("SELECT status FROM lms_enrollments WHERE cohort_id = ?", cohort.id);
    expect(taken).toEqual(Array.from({ length: 30 }, () => ({ status: "active" })));
    await drain(world.orgId);
    await assertLogAgrees(world.orgId);
  });
});

describe("a Worker that dies while it takes a seat", () => {
  const cohortOf = async (capacity: number) => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, { course: { type: "cohort" } });
    const dates = { startDate: "2030-09-01", endDate: "2030-12-01", timezone: "UTC" };
    const body = { courseId: course.id, name: "Small", capacity, ...dates };
    const cohort = ok(
      await http("POST", "/lms/instructor/cohorts", { as: world.instructor, body }),
    );
    return { world, ask: { courseId: course.id, cohortId: cohort.id } };
  };
  const LOG = /insert into "domain_event_log"/;
  const taken = (cohortId: string) =>
    rows("SELECT learner_id FROM lms_enrollments WHERE cohort_id = ?", cohortId);

  test("between lease and batch enrolls nobody, and keeps the seat for the learner's next try", async () => {
    const { world, ask } = await cohortOf(1);
    const worker = faultyWorker({ faults: [{ on: LOG, moment: "before", times: 1 }] });
    expect(
      (await worker.http("POST", "/lms/enrollments", { as: world.learner, body: ask })).status,
    ).toBe(500);
    expect(await taken(ask.cohortId)).toEqual([]);
    const other = await world.newPerson("learner");
    expect(said(await http("POST", "/lms/enrollments", { as: other, body: ask }))).toMatchObject({
      status: 409,
      code: "CAPACITY_REACHED",
    });
    ok(await http("POST", "/lms/enrollments", { as: world.learner, body: ask }));
    expect(await taken(ask.cohortId)).toEqual([{ learner_id: world.learner.id }]);
    await assertLogAgrees(world.orgId);
  });

  test("between batch and answer has enrolled the learner, in one seat", async () => {
    const { world, ask } = await cohortOf(2);
    const worker = faultyWorker({ faults: [{ on: LOG, moment: "after", times: 1 }] });
    expect(
      ok(await worker.http("POST", "/lms/enrollments", { as: world.learner, body: ask })),
    ).toMatchObject({ status: "active" });
    const others = await Promise.all([1, 2, 3].map(() => world.newPerson("learner")));
    const answers = await Promise.all(
      others.map((as) => http("POST", "/lms/enrollments", { as, body: ask })),
    );
    expect(statuses(answers)).toEqual({ 201: 1, 409: 2 });
    expect(await taken(ask.cohortId)).toHaveLength(2);
    await assertLogAgrees(world.orgId);
  });
});
