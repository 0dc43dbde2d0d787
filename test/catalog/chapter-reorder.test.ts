import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import {
  command,
  eventsOf,
  http,
  newOrganization,
  ok,
  rows,
  type World,
} from "../harness/world.ts";
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
  const { course } = await draftCourse(world);
  const ids: string[] = [];
  for (const title of ["A", "B", "C"]) {
    const payload = { courseId: course.id, title };
    ids.push(ok(await command("lms.chapter.create", payload, world.instructor)).id);
  }
  return { courseId: course.id as string, parentId: course.id as string, ids };
}

const reorder = (parentId: string, chapterIds: string[], as = world.instructor) =>
  http("PUT", `/lms/instructor/courses/${parentId}/chapters/order`, { as, body: { chapterIds } });

it("puts all in the order given, dense from 0, and says so once", async () => {
  const { courseId, parentId, ids } = await made();
  const [a, b, c] = ids as [string, string, string];
  const answer = await reorder(parentId, [c, a, b]);
  expect(answer.body).toEqual({ courseId: parentId, chapterIds: [c, a, b] });
  expect(await titlesInOrder("lms_course_chapters", "course_id", parentId)).toEqual([
    { title: "C", position: 0 },
    { title: "A", position: 1 },
    { title: "B", position: 2 },
  ]);
  expect((await eventsOf(courseId)).at(-1)?.name).toBe("chapter.reordered");
});

it.each([
  ["missing", ([a, b]: string[]) => [a, b], "chapterIds"],
  ["doubled", ([a, b, c]: string[]) => [a, b, c, a], "chapterIds.3"],
  ["foreign", ([a, b, c]: string[]) => [a, b, c, MISSING], "chapterIds.3"],
])("refuses a %s one with its path, and moves nothing", async (_, wrong, path) => {
  const { courseId, parentId, ids } = await made();
  const before = await eventsOf(courseId);
  const answer = await reorder(parentId, wrong(ids) as string[]);
  expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED", errors: [{ path }] });
  const order = await titlesInOrder("lms_course_chapters", "course_id", parentId);
  expect(order.map((one) => one.title)).toEqual(["A", "B", "C"]);
  expect(await eventsOf(courseId)).toHaveLength(before.length);
});

it("stays dense when two orders come at once", async () => {
  const { parentId, ids } = await made();
  const [a, b, c] = ids as [string, string, string];
  await Promise.all([reorder(parentId, [c, b, a]), reorder(parentId, [b, a, c])]);
  const order = await rows<{ id: string }>(
    "SELECT id FROM lms_course_chapters WHERE course_id = ? AND deleted_at IS NULL ORDER BY position",
    parentId,
  );
  const found = order.map((one) => one.id).join();
  expect([[c, b, a].join(), [b, a, c].join()]).toContain(found);
});

it("is the own instructor's and lms-admin's", async () => {
  const { parentId, ids } = await made();
  await expectOthersRefused(world, "lms.chapter.reorder", { courseId: parentId, chapterIds: ids });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, parentId, ids } = await made();
  const payload = { courseId: parentId, chapterIds: ids };
  await expectReadOnly(world, courseId, "lms.chapter.reorder", payload);
});

it("answers for a foreign course as for a missing one", async () => {
  const foreign = await foreignCourse();
  const payload = (id: string) => ({ courseId: id, chapterIds: [MISSING] });
  await expectForeignIsMissing(world, "lms.chapter.reorder", payload, foreign.courseId);
});
