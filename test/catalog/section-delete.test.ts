import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { http, type Json, newOrganization, type World } from "../harness/world.ts";
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

async function sectioned() {
  const sections = ["A", "B"].map((title) => ({ title, type: "text" }));
  const { course, modules } = await draftCourse(world, { modules: [{ title: "M", sections }] });
  const ids: string[] = modules[0]?.sections.map((one: Json) => one.id);
  return { courseId: course.id as string, moduleId: modules[0]?.id as string, ids };
}

it("hides the section and closes the gap", async () => {
  const { moduleId, ids } = await sectioned();
  const path = `/lms/instructor/sections/${ids[0]}`;
  const answer = await http("DELETE", path, { as: world.instructor });
  expect(answer.body).toMatchObject({ id: ids[0], moduleId });
  expect(await titlesInOrder("lms_module_sections", "module_id", moduleId)).toEqual([
    { title: "B", position: 0 },
  ]);
  expect((await http("DELETE", path, { as: world.instructor })).status).toBe(404);
});

it("is the own instructor's and lms-admin's", async () => {
  const { ids } = await sectioned();
  await expectOthersRefused(world, "lms.section.delete", { sectionId: ids[0] });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, ids } = await sectioned();
  await expectReadOnly(world, courseId, "lms.section.delete", { sectionId: ids[0] });
});

it("answers for a foreign section as for a missing one", async () => {
  const { sectionId } = await foreignCourse();
  await expectForeignIsMissing(world, "lms.section.delete", (id) => ({ sectionId: id }), sectionId);
});
