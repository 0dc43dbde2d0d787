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

const create = (moduleId: string, body: Json) =>
  http("POST", `/lms/instructor/modules/${moduleId}/sections`, { as: world.instructor, body });

async function oneModule() {
  const { course, modules } = await draftCourse(world);
  return { courseId: course.id as string, moduleId: modules[0]?.id as string };
}

it("adds a section at the end or where it is told, with its resources", async () => {
  const { courseId, moduleId } = await oneModule();
  ok(await create(moduleId, { title: "B", type: "text", content: { html: "<b>x</b>" } }));
  const answer = await create(moduleId, {
    title: "A",
    type: "exercise",
    position: 0,
    content: { html: "<p>Do it</p><iframe src='https://x'></iframe>" },
    resources: [{ title: "Book", url: "https://books.example/1" }],
  });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    position: 0,
    content: { html: "<p>Do it</p>" },
    resources: [{ title: "Book", url: "https://books.example/1" }],
    version: 1,
  });
  expect(await titlesInOrder("lms_module_sections", "module_id", moduleId)).toEqual([
    { title: "A", position: 0 },
    { title: "B", position: 1 },
  ]);
  expect((await eventsOf(courseId)).at(-1)).toMatchObject({
    name: "course.updated",
    payload: { updatedFields: ["sections"] },
  });
});

it.each([
  ["content of another type", { type: "text", content: { passingScore: 1 } }, "content.html"],
  [
    "a resource with two places",
    { type: "text", resources: [{ title: "r", url: "https://a.b", fileId: "x" }] },
    "resources.0",
  ],
  [
    "a resource over javascript",
    { type: "text", resources: [{ title: "r", url: "javascript:alert(1)" }] },
    "resources.0.url",
  ],
  ["no title", { type: "text", title: "" }, "title"],
])("refuses %s with its path", async (_, wrong, path) => {
  const { moduleId } = await oneModule();
  const answer = await create(moduleId, { title: "Wrong", ...wrong });
  expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
  expect(answer.body.errors.map((one: Json) => one.path)).toContain(path);
});

it("is the own instructor's and lms-admin's", async () => {
  const { moduleId } = await oneModule();
  await expectOthersRefused(world, "lms.section.create", { moduleId, title: "x", type: "text" });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, moduleId } = await oneModule();
  const payload = { moduleId, title: "x", type: "text" };
  await expectReadOnly(world, courseId, "lms.section.create", payload);
});

it("answers for a foreign module as for a missing one", async () => {
  const { moduleId } = await foreignCourse();
  const payload = (id: string) => ({ moduleId: id, title: "x", type: "text" });
  await expectForeignIsMissing(world, "lms.section.create", payload, moduleId);
});
