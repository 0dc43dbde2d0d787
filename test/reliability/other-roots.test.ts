import { expect, test } from "vitest";
import { DAY } from "../../src/kernel/time.ts";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import {
  advance,
  eventsOf,
  http,
  newOrganization,
  ok,
  race,
  rows,
  statuses,
} from "../harness/world.ts";

const PAID = { price: { amount: 100, currency: "USD" } };

test("nobody enrolls in a course after it was archived, however the two race", async () => {
  const world = await newOrganization();
  for (let round = 0; round < 5; round++) {
    const { course } = await publishedCourse(world);
    const learners = await Promise.all([1, 2, 3].map(() => world.newPerson("learner")));
    await Promise.all([
      ...learners.map((as) =>
        http("POST", "/lms/enrollments", { as, body: { courseId: course.id } }),
      ),
      http("POST", `/lms/admin/courses/${course.id}/archive`, { as: world.admin }),
    ]);
    const [late] = await rows<{ count: number }>(
      `SELECT count(*) AS count FROM domain_event_log AS enrollment, domain_event_log AS archive
       WHERE archive.aggregate_id = ?1 AND archive.event_name = 'course.archived'
         AND enrollment.event_name = 'enrollment.created'
         AND enrollment.payload ->> '$.courseId' = ?1 AND enrollment.seq > archive.seq`,
      course.id,
    );
    expect(late?.count).toBe(0);
  }
  await assertLogAgrees(world.orgId);
});

test("an instructor archives no course in which somebody has just begun to learn", async () => {
  const world = await newOrganization();
  for (let round = 0; round < 5; round++) {
    const { course } = await publishedCourse(world);
    const as = await world.newPerson("learner");
    const [enrolling, archiving] = await Promise.all([
      http("POST", "/lms/enrollments", { as, body: { courseId: course.id } }),
      http("POST", "/lms/commands/lms.course.archive", {
        as: world.instructor,
        body: { courseId: course.id },
      }),
    ]);
    expect([enrolling.status, archiving.status].filter((status) => status < 300)).toHaveLength(1);
  }
});

test("a payment of an enrollment that was cancelled buys no dearer one", async () => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world, { course: PAID });
  const first = await enrolled(world, course.id);
  ok(await http("POST", `/lms/enrollments/${first.id}/cancel`, { as: world.learner, body: {} }));
  ok(
    await http("PATCH", `/lms/instructor/courses/${course.id}`, {
      as: world.instructor,
      body: { price: { amount: 9_900, currency: "USD" } },
    }),
  );
  const again = await enrolled(world, course.id);
  const confirmed = ok(
    await http("POST", `/lms/admin/enrollments/${again.id}/confirm-payment`, {
      as: world.admin,
      body: { paymentId: first.payment.id },
    }),
  );
  expect(confirmed).toMatchObject({ status: "pending-payment" });
  const told = (await eventsOf(first.payment.id)).map((one) => one.name);
  expect(told).toEqual([
    "payment.created",
    "payment.expired",
    "payment.succeeded",
    "payment.refund-requested",
  ]);
  await assertLogAgrees(world.orgId);
});

test("access ends with its days, whether or not a job has come by", async () => {
  const world = await newOrganization();
  const { course, modules } = await publishedCourse(world, { course: { enrollmentDays: 7 } });
  await enrolled(world, course.id);
  const path = `/lms/learn/${course.id}/modules/${modules[0]?.id}`;
  expect((await http("GET", path, { as: world.learner })).status).toBe(200);
  advance(8 * DAY);
  expect((await http("GET", path, { as: world.learner })).status).toBe(403);
  const start = await http("POST", `${path}/start`, { as: world.learner, body: {} });
  expect(start).toMatchObject({ status: 409, body: { code: "INVALID_TRANSITION" } });
});

test("a member whom an admin enrolls learns, whatever role it holds", async () => {
  const world = await newOrganization();
  const { course, modules } = await publishedCourse(world);
  const body = { courseId: course.id, learnerId: world.reviewer.id };
  const enrollment = ok(await http("POST", "/lms/enrollments", { as: world.admin, body }));
  const path = `/lms/learn/${course.id}/modules/${modules[0]?.id}/complete`;
  expect((await http("POST", path, { as: world.reviewer, body: {} })).status).toBe(200);
  const own = await http("GET", `/lms/enrollments/${enrollment.id}`, { as: world.reviewer });
  expect(own.status).toBe(200);
  const others = await http("GET", `/lms/enrollments/${enrollment.id}`, { as: world.learner });
  expect(others.status).toBe(403);
});

test("courses of one title made at once each get a slug of their own", async () => {
  const world = await newOrganization();
  const made = await race(6, () =>
    http("POST", "/lms/instructor/courses", {
      as: world.instructor,
      body: { title: "Одно имя", type: "self-paced", level: "beginner" },
    }),
  );
  expect(statuses(made)).toEqual({ 201: 6 });
  expect(new Set(made.map((one) => one.body.slug)).size).toBe(6);
});

test("a draft that a learner has left is not found by it any more", async () => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world);
  const { id } = await enrolled(world, course.id);
  ok(await http("POST", `/lms/enrollments/${id}/cancel`, { as: world.learner, body: {} }));
  ok(await http("POST", `/lms/admin/courses/${course.id}/unpublish`, { as: world.admin }));
  expect((await http("GET", `/lms/courses/${course.id}`, { as: world.learner })).status).toBe(404);
  const draft = await draftCourse(world);
  const unseen = await http("GET", `/lms/courses/${draft.course.id}`, { as: world.learner });
  expect(unseen.status).toBe(404);
});
