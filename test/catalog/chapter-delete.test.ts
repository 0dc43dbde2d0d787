import { beforeAll, expect, it } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { command, eventsOf, http, newOrganization, ok, type World } from "../harness/world.ts";
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

async function chaptered() {
  const { course } = await draftCourse(world);
  const chapter = async (title: string) =>
    ok(await command("lms.chapter.create", { courseId: course.id, title }, world.instructor)).id;
  const [first, second] = [await chapter("First"), await chapter("Second")];
  const module = ok(
    await command(
      "lms.module.create",
      { courseId: course.id, title: "In it", type: "article", chapterId: first },
      world.instructor,
    ),
  );
  return { courseId: course.id as string, first, second, moduleId: module.id as string };
}

it("leaves its modules in the course without a chapter, and closes the gap", async () => {
  const { courseId, first, moduleId } = await chaptered();
  const answer = await http("DELETE", `/lms/instructor/chapters/${first}`, {
    as: world.instructor,
  });
  expect(answer.body).toMatchObject({ id: first, courseId });
  const module = await http("GET", `/lms/instructor/modules/${moduleId}`, { as: world.instructor });
  expect(module.body).toMatchObject({ chapterId: null, version: 2 });
  expect(await titlesInOrder("lms_course_chapters", "course_id", courseId)).toEqual([
    { title: "Second", position: 0 },
  ]);
  expect((await eventsOf(courseId)).at(-1)).toMatchObject({
    name: "chapter.deleted",
    payload: { chapterId: first, title: "First" },
  });
  expect((await command("lms.chapter.delete", { chapterId: first }, world.admin)).status).toBe(404);
});

it("is the own instructor's and lms-admin's", async () => {
  const { first } = await chaptered();
  await expectOthersRefused(world, "lms.chapter.delete", { chapterId: first });
});

it("is refused while the course is under review, and archived", async () => {
  const { courseId, first } = await chaptered();
  await expectReadOnly(world, courseId, "lms.chapter.delete", { chapterId: first });
});

it("answers for a foreign chapter as for a missing one", async () => {
  const { chapterId } = await foreignCourse();
  await expectForeignIsMissing(world, "lms.chapter.delete", (id) => ({ chapterId: id }), chapterId);
});
