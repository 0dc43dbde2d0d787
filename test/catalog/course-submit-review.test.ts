import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { command, eventsOf, newOrganization, type World } from "../harness/world.ts";
import { expectForeignIsMissing, expectOthersRefused, foreignCourse } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const submit = (courseId: string, as = world.instructor) =>
  command("lms.course.submitReview", { courseId }, as);

it("puts a draft under review, once", async () => {
  const { course } = await draftCourse(world);
  expect((await submit(course.id)).body).toMatchObject({ status: "under-review" });
  expect((await eventsOf(course.id)).at(-1)?.name).toBe("course.submitted-for-review");
  expect((await submit(course.id)).body).toMatchObject({
    status: 409,
    code: "INVALID_TRANSITION",
    detail: "Course must be in draft status to submit for review; it is under-review",
  });
});

it("asks for a published module", async () => {
  const { course } = await draftCourse(world, {
    modules: [{ title: "Hidden", isPublished: false }],
  });
  expect((await submit(course.id)).body).toMatchObject({
    status: 409,
    code: "RULE_FAILED",
    rule: "coursePublishRequiresModule",
    operand: { field: "course.publishedModules", actual: 0 },
  });
});

it("asks for a price, and takes 0 for one", async () => {
  const unpriced = await draftCourse(world, { course: { price: null } });
  expect((await submit(unpriced.course.id)).body).toMatchObject({
    code: "RULE_FAILED",
    rule: "coursePublishRequiresPrice",
  });
  const free = await draftCourse(world, { course: { price: { amount: 0, currency: "USD" } } });
  expect((await submit(free.course.id)).status).toBe(200);
});

it("is the own instructor's and lms-admin's", async () => {
  const { course } = await draftCourse(world);
  const action = "course:submit-review";
  await expectOthersRefused(world, "lms.course.submitReview", { courseId: course.id }, action);
  expect((await submit(course.id, world.admin)).status).toBe(200);
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  await expectForeignIsMissing(
    world,
    "lms.course.submitReview",
    (id) => ({ courseId: id }),
    courseId,
  );
});
