import { beforeAll, expect, it } from "vitest";
import { draftCourse, publishedCourse } from "../harness/course.ts";
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

const update = (id: string, body: Json, headers: Record<string, string> = {}) =>
  http("PATCH", `/lms/instructor/modules/${id}`, { as: world.instructor, body, headers });

async function oneModule(module: Json = {}) {
  const { course, modules } = await draftCourse(world, {
    modules: [{ title: "Module", ...module }],
  });
  return { courseId: course.id as string, moduleId: modules[0]?.id as string };
}

it("changes what is given, keeps what is left out, and numbers the course and itself", async () => {
  const { courseId, moduleId } = await oneModule();
  const answer = await update(moduleId, { title: "New", isFree: true });
  expect(answer.body).toMatchObject({
    title: "New",
    isFree: true,
    isPublished: true,
    content: { html: "<p>Text</p>" },
    version: 2,
  });
  expect(answer.headers.get("etag")).toBe('"v2"');
  expect((await eventsOf(courseId)).at(-1)).toMatchObject({ name: "course.updated", version: 3 });
});

it("moves to a position", async () => {
  const { course, modules } = await draftCourse(world, {
    modules: [{ title: "A" }, { title: "B" }, { title: "C" }],
  });
  ok(await update(modules[2]?.id, { position: 0 }));
  const order = await titlesInOrder("lms_course_modules", "course_id", course.id);
  expect(order.map((one) => one.title)).toEqual(["C", "A", "B"]);
});

it("honours If-Match, and a section's change is one of the module", async () => {
  const { moduleId } = await oneModule();
  const seen = { "if-match": '"v1"' };
  const path = `/lms/instructor/modules/${moduleId}/sections`;
  ok(await http("POST", path, { as: world.instructor, body: { title: "S", type: "text" } }));
  expect((await update(moduleId, { title: "x" }, seen)).body).toMatchObject({
    code: "STALE_VERSION",
  });
  expect((await update(moduleId, { title: "x" }, { "if-match": '"v2"' })).status).toBe(200);
});

it("holds new content against its type, and a new type against the content", async () => {
  const { moduleId } = await oneModule();
  const faults = async (body: Json) =>
    ((await update(moduleId, body)).body.errors ?? []).map((one: Json) => one.path);
  expect(await faults({ content: { fileId: "x" } })).toContain("content.html");
  expect(await faults({ type: "quiz" })).toEqual(["content"]);
  expect(await faults({ type: "quiz", content: { passingScore: 70 } })).toEqual([]);
});

it("is found by its new title, and no more once it is not published", async () => {
  const { modules } = await publishedCourse(world, {
    modules: [{ title: "Zoology" }, { title: "B" }],
  });
  const found = async (q: string) =>
    (await http("GET", `/lms/search?q=${q}`, { as: world.learner })).body.data.length;
  ok(await update(modules[0]?.id, { title: "Botany" }));
  expect([await found("zoology"), await found("botany")]).toEqual([0, 1]);
  ok(await update(modules[0]?.id, { isPublished: false }));
  expect(await found("botany")).toBe(0);
});

it("is the own instructor's and lms-admin's", async () => {
  const { moduleId } = await oneModule();
  await expectOthersRefused(world, "lms.module.update", { moduleId, title: "x" });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, moduleId } = await oneModule();
  await expectReadOnly(world, courseId, "lms.module.update", { moduleId, title: "x" });
});

it("answers for a foreign module as for a missing one", async () => {
  const { moduleId } = await foreignCourse();
  const payload = (id: string) => ({ moduleId: id, title: "x" });
  await expectForeignIsMissing(world, "lms.module.update", payload, moduleId);
});
