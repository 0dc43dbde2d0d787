import { test, vi } from "vitest";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import { learning } from "../harness/learner.ts";
import { expectRefused } from "../harness/refusals.ts";
import { command, http, newOrganization, ok, type World } from "../harness/world.ts";

vi.setConfig({ testTimeout: 30_000 });

const submit = (world: World, courseId: string) =>
  http("POST", `/lms/instructor/courses/${courseId}/submit-review`, { as: world.instructor });

test("a course without a module, or without a price, is told which rule keeps it from review", async () => {
  const world = await newOrganization();
  const empty = await draftCourse(world, { modules: [] });
  await expectRefused(
    world.orgId,
    {
      code: "RULE_FAILED",
      rule: "coursePublishRequiresModule",
      operand: { field: "course.publishedModules", op: "gte", value: 1, actual: 0 },
    },
    () => submit(world, empty.course.id),
  );
  const body = { title: "Unpriced", type: "self-paced", level: "beginner" };
  const priceless = ok(await command("lms.course.create", body, world.instructor));
  const module = { courseId: priceless.id, title: "M", type: "article", isPublished: true };
  ok(
    await command(
      "lms.module.create",
      { ...module, content: { html: "<p>a</p>" } },
      world.instructor,
    ),
  );
  await expectRefused(
    world.orgId,
    {
      code: "RULE_FAILED",
      rule: "coursePublishRequiresPrice",
      operand: { field: "course.priceAmount", op: "exists", value: true },
    },
    () => submit(world, priceless.id),
  );
});

test("a second enrollment is told that the first one's status is what stands in its way", async () => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world);
  await enrolled(world, course.id);
  await expectRefused(
    world.orgId,
    {
      code: "DUPLICATE",
      rule: "noDuplicateActiveEnrollment",
      operand: { field: "enrollment.status", op: "in", actual: "active" },
    },
    () => http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
  );
});

test("a completion too early is told the percentage reached and the threshold", async () => {
  const { world, enrollmentId } = await learning();
  await expectRefused(
    world.orgId,
    {
      code: "RULE_FAILED",
      rule: "certificateRequiresThreshold",
      operand: { field: "enrollment.completionPct", op: "gte", value: 80, actual: 0 },
    },
    () => command("lms.enrollment.complete", { enrollmentId }, world.admin),
  );
});

test("a locked module is told that the one before it is not completed", async () => {
  const way = await learning({
    modules: [{ title: "First" }, { title: "Second", requiredPrevious: true }],
  });
  await expectRefused(
    way.world.orgId,
    { status: 409, code: "PROGRESS_BLOCKED", rule: "moduleSequentialLock" },
    () => way.start(1),
  );
});

test("a cohort without a seat is told by its capacity", async () => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world, { course: { type: "cohort" } });
  const dates = { startDate: "2031-01-01", endDate: "2031-06-30", timezone: "UTC" };
  const cohort = ok(
    await http("POST", "/lms/instructor/cohorts", {
      as: world.instructor,
      body: { courseId: course.id, name: "Small", capacity: 1, ...dates },
    }),
  );
  const body = { courseId: course.id, cohortId: cohort.id };
  ok(await http("POST", "/lms/enrollments", { as: world.learner, body }));
  const late = await world.newPerson("learner");
  await expectRefused(
    world.orgId,
    {
      status: 409,
      code: "CAPACITY_REACHED",
      rule: "cohortCapacityLimit",
      operand: { field: "cohort.seatsTaken", op: "lt", value: 1, actual: 1 },
    },
    () => http("POST", "/lms/enrollments", { as: late, body }),
  );
});

test("who may not is told the action, and a role that would be allowed", async () => {
  const world = await newOrganization();
  const body = { title: "C", type: "self-paced", level: "beginner" };
  await expectRefused(
    world.orgId,
    {
      status: 403,
      detail: "Permission denied: course:create",
      rule: "course:create",
      operand: { field: "actor.role.instructor", op: "eq", value: true },
    },
    () => command("lms.course.create", body, world.learner),
  );
});
