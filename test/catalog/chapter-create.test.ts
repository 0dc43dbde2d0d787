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

const create = (courseId: string, body: unknown) =>
  http("POST", `/lms/instructor/courses/${courseId}/chapters`, { as: world.instructor, body });

it("adds a chapter at the end, or where it is told, and numbers the course", async () => {
  const { course } = await draftCourse(world);
  ok(await create(course.id, { title: "One" }));
  ok(await create(course.id, { title: "Three" }));
  const answer = await create(course.id, { title: "Two", position: 1 });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ courseId: course.id, title: "Two", position: 1 });
  expect(await titlesInOrder("lms_course_chapters", "course_id", course.id)).toEqual([
    { title: "One", position: 0 },
    { title: "Two", position: 1 },
    { title: "Three", position: 2 },
  ]);
  const events = await eventsOf(course.id);
  expect(events.slice(-3).map((one) => [one.name, one.version])).toEqual([
    ["chapter.created", 3],
    ["chapter.created", 4],
    ["chapter.created", 5],
  ]);
});

it("is the own instructor's and lms-admin's", async () => {
  const { course } = await draftCourse(world);
  await expectOthersRefused(world, "lms.chapter.create", { courseId: course.id, title: "x" });
});

it("is refused while the course is under review, and archived", async () => {
  const { course } = await draftCourse(world);
  await expectReadOnly(world, course.id, "lms.chapter.create", { courseId: course.id, title: "x" });
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  const payload = (id: string) => ({ courseId: id, title: "x" });
  await expectForeignIsMissing(world, "lms.chapter.create", payload, courseId);
});
