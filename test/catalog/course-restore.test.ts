import { beforeAll, expect, it } from "vitest";
import { draftCourse, publishedCourse } from "../harness/course.ts";
import { eventsOf, http, newOrganization, ok, type World } from "../harness/world.ts";
import { expectForeignIsMissing, foreignCourse } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const restore = (courseId: string, as = world.admin) =>
  http("POST", `/lms/admin/courses/${courseId}/restore`, { as });

it("brings a course that was archived back as a draft, which may be changed again", async () => {
  const { course } = await publishedCourse(world);
  ok(await http("POST", `/lms/admin/courses/${course.id}/archive`, { as: world.admin }));
  expect((await restore(course.id)).body).toMatchObject({ status: "draft" });
  expect((await eventsOf(course.id)).at(-1)?.name).toBe("course.restored");
  const path = `/lms/instructor/courses/${course.id}`;
  ok(await http("PATCH", path, { as: world.instructor, body: { title: "Again" } }));
  expect((await http("GET", `/lms/courses/${course.id}`, { as: world.learner })).status).toBe(404);
});

it("refuses a draft, with the state it is in", async () => {
  const { course } = await draftCourse(world);
  expect((await restore(course.id)).body).toMatchObject({ status: 409, state: "draft" });
});

it("is lms-admin's alone", async () => {
  const { course } = await publishedCourse(world);
  for (const as of [world.instructor, world.reviewer, world.learner, world.orgAdmin]) {
    expect((await restore(course.id, as)).status).toBe(403);
  }
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  await expectForeignIsMissing(world, "lms.course.restore", (id) => ({ courseId: id }), courseId);
});
