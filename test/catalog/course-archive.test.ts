import { beforeAll, expect, it } from "vitest";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import { command, eventsOf, http, newOrganization, ok, type World } from "../harness/world.ts";
import { expectForeignIsMissing, expectOthersRefused, foreignCourse } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const archive = (courseId: string, as = world.instructor) =>
  http("POST", `/lms/admin/courses/${courseId}/archive`, { as });

it("takes a published course out of the catalogue and of search", async () => {
  const { course } = await publishedCourse(world, { course: { title: "Cartography" } });
  expect((await archive(course.id)).body).toMatchObject({ status: "archived" });
  expect((await eventsOf(course.id)).at(-1)?.name).toBe("course.archived");
  expect((await http("GET", `/lms/courses/${course.id}`, { as: world.learner })).status).toBe(404);
  const search = await http("GET", "/lms/search?q=cartography", { as: world.learner });
  expect(search.body.data).toEqual([]);
});

it("is the own instructor's only while no learner is active, lms-admin's always", async () => {
  const { course } = await publishedCourse(world);
  await enrolled(world, course.id);
  expect((await archive(course.id)).body).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
  expect((await archive(course.id, world.admin)).status).toBe(200);
});

it("leaves the enrolled learner its course", async () => {
  const { course } = await publishedCourse(world);
  await enrolled(world, course.id);
  ok(await archive(course.id, world.admin));
  const shown = await http("GET", `/lms/courses/${course.slug}`, { as: world.learner });
  expect(shown.body).toMatchObject({ id: course.id, status: "archived" });
});

it("refuses a draft, and who may not", async () => {
  const { course } = await draftCourse(world);
  expect((await archive(course.id)).body).toMatchObject({ status: 409, state: "draft" });
  await expectOthersRefused(world, "lms.course.archive", { courseId: course.id }, "course:archive");
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  await expectForeignIsMissing(world, "lms.course.archive", (id) => ({ courseId: id }), courseId);
  expect((await command("lms.course.archive", { courseId }, world.admin)).status).toBe(404);
});
