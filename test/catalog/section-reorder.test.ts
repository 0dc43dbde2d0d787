import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { eventsOf, http, newOrganization, rows, type World } from "../harness/world.ts";
import {
  expectForeignIsMissing,
  expectOthersRefused,
  expectReadOnly,
  foreignCourse,
  MISSING,
  titlesInOrder,
} from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

async function made() {
  const sections = ["A", "B", "C"].map((title) => ({ title, type: "text" }));
  const { course, modules } = await draftCourse(world, { modules: [{ title: "M", sections }] });
  const [module] = modules;
  const ids: string[] = module?.sections.map((one: { id: string }) => one.id);
  return { courseId: course.id as string, parentId: module?.id as string, ids };
}

const reorder = (parentId: string, sectionIds: string[], as = world.instructor) =>
  http("PUT", `/lms/instructor/modules/${parentId}/sections/order`, { as, body: { sectionIds } });

it("puts all in the order given, dense from 0, and says so once", async () => {
  const { courseId, parentId, ids } = await made();
  const [a, b, c] = ids as [string, string, string];
  const answer = await reorder(parentId, [c, a, b]);
  expect(answer.body).toEqual({ moduleId: parentId, sectionIds: [c, a, b] });
  expect(await titlesInOrder("lms_module_sections", "module_id", parentId)).toEqual([
    { title: "C", position: 0 },
    { title: "A", position: 1 },
    { title: "B", position: 2 },
  ]);
  expect((await eventsOf(courseId)).at(-1)?.name).toBe("course.updated");
});

it.each([
  ["missing", ([a, b]: string[]) => [a, b], "sectionIds"],
  ["doubled", ([a, b, c]: string[]) => [a, b, c, a], "sectionIds.3"],
  ["foreign", ([a, b, c]: string[]) => [a, b, c, MISSING], "sectionIds.3"],
])("refuses a %s one with its path, and moves nothing", async (_, wrong, path) => {
  const { courseId, parentId, ids } = await made();
  const before = await eventsOf(courseId);
  const answer = await reorder(parentId, wrong(ids) as string[]);
  expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED", errors: [{ path }] });
  const order = await titlesInOrder("lms_module_sections", "module_id", parentId);
  expect(order.map((one) => one.title)).toEqual(["A", "B", "C"]);
  expect(await eventsOf(courseId)).toHaveLength(before.length);
});

it("stays dense when two orders come at once", async () => {
  const { parentId, ids } = await made();
  const [a, b, c] = ids as [string, string, string];
  await Promise.all([reorder(parentId, [c, b, a]), reorder(parentId, [b, a, c])]);
  const order = await rows<{ id: string }>(
    "SELECT id FROM lms_module_sections WHERE module_id = ? AND deleted_at IS NULL ORDER BY position",
    parentId,
  );
  const found = order.map((one) => one.id).join();
  expect([[c, b, a].join(), [b, a, c].join()]).toContain(found);
});

it("is the own instructor's and lms-admin's", async () => {
  const { parentId, ids } = await made();
  await expectOthersRefused(world, "lms.section.reorder", { moduleId: parentId, sectionIds: ids });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, parentId, ids } = await made();
  const payload = { moduleId: parentId, sectionIds: ids };
  await expectReadOnly(world, courseId, "lms.section.reorder", payload);
});

it("answers for a foreign module as for a missing one", async () => {
  const foreign = await foreignCourse();
  const payload = (id: string) => ({ moduleId: id, sectionIds: [MISSING] });
  await expectForeignIsMissing(world, "lms.section.reorder", payload, foreign.moduleId);
});
