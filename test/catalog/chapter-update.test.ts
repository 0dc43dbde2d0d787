import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { eventsOf, http, newOrganization, ok, type World } from "../harness/world.ts";
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

async function withChapters(...titles: string[]) {
  const { course } = await draftCourse(world);
  const path = `/lms/instructor/courses/${course.id}/chapters`;
  const ids: string[] = [];
  for (const title of titles) {
    ids.push(ok(await http("POST", path, { as: world.instructor, body: { title } })).id);
  }
  return { courseId: course.id as string, ids };
}

it("renames and moves a chapter", async () => {
  const { courseId, ids } = await withChapters("A", "B", "C");
  const answer = await http("PATCH", `/lms/instructor/chapters/${ids[2]}`, {
    as: world.instructor,
    body: { title: "First", position: 0 },
  });
  expect(answer.body).toMatchObject({ title: "First", position: 0 });
  const order = await titlesInOrder("lms_course_chapters", "course_id", courseId);
  expect(order.map((one) => one.title)).toEqual(["First", "A", "B"]);
  expect((await eventsOf(courseId)).at(-1)).toMatchObject({
    name: "chapter.updated",
    payload: { chapterId: ids[2], title: "First" },
  });
});

it("is the own instructor's and lms-admin's", async () => {
  const { ids } = await withChapters("A");
  await expectOthersRefused(world, "lms.chapter.update", { chapterId: ids[0], title: "x" });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, ids } = await withChapters("A");
  await expectReadOnly(world, courseId, "lms.chapter.update", { chapterId: ids[0], title: "x" });
});

it("answers for a foreign chapter as for a missing one", async () => {
  const { chapterId } = await foreignCourse();
  const payload = (id: string) => ({ chapterId: id, title: "x" });
  await expectForeignIsMissing(world, "lms.chapter.update", payload, chapterId);
});
