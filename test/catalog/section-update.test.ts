import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { eventsOf, http, type Json, newOrganization, ok, type World } from "../harness/world.ts";
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
  const sections = [
    { title: "A", type: "text", content: { html: "<p>a</p>" } },
    { title: "B", type: "text" },
  ];
  const { course, modules } = await draftCourse(world, { modules: [{ title: "M", sections }] });
  const ids: string[] = modules[0]?.sections.map((one: Json) => one.id);
  return { courseId: course.id as string, moduleId: modules[0]?.id as string, ids };
}
const update = (id: string | undefined, body: Json, headers: Record<string, string> = {}) =>
  http("PATCH", `/lms/instructor/sections/${id}`, { as: world.instructor, body, headers });

it("changes what is given and moves where it is told", async () => {
  const { courseId, moduleId, ids } = await sectioned();
  const answer = await update(ids[0], { title: "Last", position: 5, isRequired: false });
  expect(answer.body).toMatchObject({
    title: "Last",
    position: 1,
    isRequired: false,
    content: { html: "<p>a</p>" },
    version: 2,
  });
  const order = await titlesInOrder("lms_module_sections", "module_id", moduleId);
  expect(order.map((one) => one.title)).toEqual(["B", "Last"]);
  expect((await eventsOf(courseId)).at(-1)?.name).toBe("course.updated");
});

it("honours If-Match, and holds content against its type", async () => {
  const { ids } = await sectioned();
  expect((await update(ids[0], { title: "x" }, { "if-match": '"v9"' })).status).toBe(412);
  const wrong = await update(ids[0], { content: { passingScore: 5 } });
  expect(wrong.body.errors.map((one: Json) => one.path)).toContain("content.html");
  expect((await update(ids[1], { type: "quiz", content: { passingScore: 5 } })).status).toBe(200);
});

it("raises the version of its module: one ETag stands for both", async () => {
  const { moduleId, ids } = await sectioned();
  ok(await update(ids[0], { title: "x" }));
  const module = await http("GET", `/lms/instructor/modules/${moduleId}`, { as: world.instructor });
  expect(module.headers.get("etag")).toBe('"v2"');
});

it("is the own instructor's and lms-admin's", async () => {
  const { ids } = await sectioned();
  await expectOthersRefused(world, "lms.section.update", { sectionId: ids[0], title: "x" });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, ids } = await sectioned();
  const payload = { sectionId: ids[0], title: "x" };
  await expectReadOnly(world, courseId, "lms.section.update", payload);
});

it("answers for a foreign section as for a missing one", async () => {
  const { sectionId } = await foreignCourse();
  const payload = (id: string) => ({ sectionId: id, title: "x" });
  await expectForeignIsMissing(world, "lms.section.update", payload, sectionId);
});
