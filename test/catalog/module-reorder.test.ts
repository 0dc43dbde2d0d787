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
  const { course, modules } = await draftCourse(world, {
    modules: [{ title: "A" }, { title: "B" }, { title: "C" }],
  });
  const ids = modules.map((one) => one.id as string);
  return { courseId: course.id as string, parentId: course.id as string, ids };
}

const reorder = (parentId: string, moduleIds: string[], as = world.instructor) =>
  http("PUT", `/lms/instructor/courses/${parentId}/modules/order`, { as, body: { moduleIds } });

it("puts all in the order given, dense from 0, and says so once", async () => {
  const { courseId, parentId, ids } = await made();
  const [a, b, c] = ids as [string, string, string];
  const answer = await reorder(parentId, [c, a, b]);
  expect(answer.body).toEqual({ courseId: parentId, moduleIds: [c, a, b] });
  expect(await titlesInOrder("lms_course_modules", "course_id", parentId)).toEqual([
    { title: "C", position: 0 },
    { title: "A", position: 1 },
    { title: "B", position: 2 },
  ]);
  expect((await eventsOf(courseId)).at(-1)?.name).toBe("course.updated");
});

it.each([
  ["missing", ([a, b]: string[]) => [a, b], "moduleIds"],
  ["doubled", ([a, b, c]: string[]) => [a, b, c, a], "moduleIds.3"],
  ["foreign", ([a, b, c]: string[]) => [a, b, c, MISSING], "moduleIds.3"],
])("refuses a %s one with its path, and moves nothing", async (_, wrong, path) => {
  const { courseId, parentId, ids } = await made();
  const before = await eventsOf(courseId);
  const answer = await reorder(parentId, wrong(ids) as string[]);
  expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED", errors: [{ path }] });
  const order = await titlesInOrder("lms_course_modules", "course_id", parentId);
  expect(order.map((one) => one.title)).toEqual(["A", "B", "C"]);
  expect(await eventsOf(courseId)).toHaveLength(before.length);
});

it("stays dense when two orders come at once", async () => {
  const { parentId, ids } = await made();
  const [a, b, c] = ids as [string, string, string];
  await Promise.all([reorder(parentId, [c, b, a]), reorder(parentId, [b, a, c])]);
  const order = await rows<{ id: string }>(
    "SELECT id FROM lms_course_modules WHERE course_id = ? AND deleted_at IS NULL ORDER BY position",
    parentId,
  );
  const found = order.map((one) => one.id).join();
  expect([[c, b, a].join(), [b, a, c].join()]).toContain(found);
});

it("is the own instructor's and lms-admin's", async () => {
  const { parentId, ids } = await made();
  await expectOthersRefused(world, "lms.module.reorder", { courseId: parentId, moduleIds: ids });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, parentId, ids } = await made();
  const payload = { courseId: parentId, moduleIds: ids };
  await expectReadOnly(world, courseId, "lms.module.reorder", payload);
});

it("answers for a foreign course as for a missing one", async () => {
  const foreign = await foreignCourse();
  const payload = (id: string) => ({ courseId: id, moduleIds: [MISSING] });
  await expectForeignIsMissing(world, "lms.module.reorder", payload, foreign.courseId);
});
