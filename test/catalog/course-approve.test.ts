import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import {
  command,
  eventsOf,
  http,
  newOrganization,
  ok,
  race,
  rows,
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

it("is a reviewer's and lms-admin's", async () => {
  const courseId = await underReview();
  for (const as of [world.instructor, world.learner, world.orgAdmin]) {
    expect((await approve(courseId, as)).status).toBe(403);
  }
  expect((await approve(courseId, world.admin)).status).toBe(200);
});

it("is never the own instructor's, though a reviewer, unless as lms-admin", async () => {
  const both = await world.newPerson("instructor");
  const roles = ["instructor", "content-reviewer"];
  await rows("UPDATE member SET role = ? WHERE user_id = ?", roles.join(), both.id);
  const metadata = JSON.stringify({ organizationId: world.orgId, roles });
  await rows("UPDATE apikey SET metadata = ? WHERE reference_id = ?", metadata, both.id);
  const { course } = await draftCourse({ ...world, instructor: both });
  ok(await command("lms.course.submitReview", { courseId: course.id }, both));
  expect((await approve(course.id, both)).body).toMatchObject({
    status: 403,
    detail: "Permission denied: course:review",
  });
  expect((await approve(await underReview(), both)).status).toBe(200);
  expect((await approve(course.id, world.admin)).status).toBe(200);
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  await expectForeignIsMissing(world, "lms.course.approve", (id) => ({ courseId: id }), courseId);
});
