import { beforeAll, expect, it } from "vitest";
import { draftCourse, publishedCourse } from "../harness/course.ts";
import { eventsOf, http, newOrganization, rows, type World } from "../harness/world.ts";
import {
  expectForeignIsMissing,
  expectOthersRefused,
  expectReadOnly,
  foreignCourse,
  titlesInOrder,
} from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const remove = (id: string) =>
  http("DELETE", `/lms/instructor/modules/${id}`, { as: world.instructor });

it("hides the module with its sections, keeps their rows, and closes the gap", async () => {
  const sections = [{ title: "Part", type: "text" }];
  const { course, modules } = await publishedCourse(world, {
    modules: [{ title: "Volcanology", sections }, { title: "Second" }],
  });
  const id = modules[0]?.id;
  expect((await remove(id)).body).toMatchObject({ id, courseId: course.id });
  expect(await titlesInOrder("lms_course_modules", "course_id", course.id)).toEqual([
    { title: "Second", position: 0 },
  ]);
  const path = `/lms/courses/${course.id}/modules`;
  const shown = await http("GET", path, { as: world.learner });
  expect(shown.body.data.map((one: { title: string }) => one.title)).toEqual(["Second"]);
  const kept = await rows("SELECT deleted_at FROM lms_module_sections WHERE module_id = ?", id);
  expect(kept).toHaveLength(1);
  expect(kept[0]?.deleted_at).not.toBeNull();
  const search = await http("GET", "/lms/search?q=volcanology", { as: world.learner });
  expect(search.body.data).toEqual([]);
  expect((await eventsOf(course.id)).at(-1)?.name).toBe("course.updated");
  expect((await remove(id)).status).toBe(404);
});

it("is the own instructor's and lms-admin's", async () => {
  const { modules } = await draftCourse(world);
  await expectOthersRefused(world, "lms.module.delete", { moduleId: modules[0]?.id });
});

it("is refused while the course is under review, and archived", async () => {
  const { course, modules } = await draftCourse(world);
  const payload = { moduleId: modules[0]?.id };
  await expectReadOnly(world, course.id, "lms.module.delete", payload);
});

it("answers for a foreign module as for a missing one", async () => {
  const { moduleId } = await foreignCourse();
  await expectForeignIsMissing(world, "lms.module.delete", (id) => ({ moduleId: id }), moduleId);
});
