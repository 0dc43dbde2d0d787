import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import {
  command,
  eventsOf,
  http,
  newOrganization,
  ok,
  race,
  statuses,
  type World,
} from "../harness/world.ts";
import { expectForeignIsMissing, foreignCourse } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

async function underReview(): Promise<string> {
  const { course } = await draftCourse(world);
  ok(await command("lms.course.submitReview", { courseId: course.id }, world.instructor));
  return course.id;
}
const approve = (courseId: string, as = world.reviewer) =>
  http("POST", `/lms/admin/courses/${courseId}/approve`, { as });

it("publishes, and counts the revision", async () => {
  const courseId = await underReview();
  const answer = await approve(courseId);
  expect(answer.body).toMatchObject({ status: "published", revision: 1, rejection: null });
  expect(answer.trips).toBeLessThanOrEqual(3);
  expect((await eventsOf(courseId)).at(-1)?.name).toBe("course.published");
});

it("lets one of 40 simultaneous approvals through, and records one event", async () => {
  const courseId = await underReview();
  const answers = await race(40, (at) => approve(courseId, at % 2 ? world.reviewer : world.admin));
  expect(statuses(answers)).toEqual({ 200: 1, 409: 39 });
  for (const { body } of answers.filter((one) => one.status === 409)) {
    expect(body).toMatchObject({ code: "INVALID_TRANSITION", state: "published" });
  }
  const published = (await eventsOf(courseId)).filter((one) => one.name === "course.published");
  expect(published).toHaveLength(1);
});

it("refuses what is not under review, with the state it is in", async () => {
  const { course } = await draftCourse(world);
  expect((await approve(course.id)).body).toMatchObject({ status: 409, state: "draft" });
});

it("is a reviewer's and lms-admin's, but never of the own course", async () => {
  const courseId = await underReview();
  for (const as of [world.instructor, world.learner, world.orgAdmin]) {
    expect((await approve(courseId, as)).status).toBe(403);
  }
  const both = await world.newPerson("content-reviewer");
  const own = ok(
    await command(
      "lms.course.create",
      {
        title: "Own",
        type: "self-paced",
        level: "beginner",
        price: { amount: 0, currency: "USD" },
      },
      world.admin,
    ),
  );
  expect(own.instructorId).toBe(world.admin.id);
  expect((await approve(courseId, both)).status).toBe(200);
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  await expectForeignIsMissing(world, "lms.course.approve", (id) => ({ courseId: id }), courseId);
});
