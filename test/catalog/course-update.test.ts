import { beforeAll, expect, it } from "vitest";
import { draftCourse, publishedCourse } from "../harness/course.ts";
import { eventsOf, http, type Json, newOrganization, ok, type World } from "../harness/world.ts";
import {
  expectForeignIsMissing,
  expectOthersRefused,
  expectReadOnly,
  foreignCourse,
} from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const at = (course: Json) => `/lms/instructor/courses/${course.id}`;

it("changes what is given, keeps what is left out, and says which fields", async () => {
  const { course } = await draftCourse(world, { course: { tags: ["old"], level: "advanced" } });
  const body = { title: "Renamed", tags: ["new", "fresh"] };
  const answer = await http("PATCH", at(course), { as: world.instructor, body });
  expect(answer.body).toMatchObject({
    title: "Renamed",
    tags: ["new", "fresh"],
    level: "advanced",
    slug: course.slug,
  });
  const last = (await eventsOf(course.id)).at(-1);
  expect(last).toMatchObject({ name: "course.updated", version: answer.body.version });
  expect(last?.payload.updatedFields).toEqual(["title", "tags"]);
});

it("honours If-Match: a change of what was not seen is refused", async () => {
  const { course } = await draftCourse(world);
  const seen = (await http("GET", at(course), { as: world.instructor })).headers.get("etag") ?? "";
  const change = (title: string) =>
    http("PATCH", at(course), {
      as: world.instructor,
      body: { title },
      headers: { "if-match": seen },
    });
  expect((await change("First")).status).toBe(200);
  expect((await change("Second")).body).toMatchObject({ status: 412, code: "STALE_VERSION" });
});

it("leads a published course's former slug to its present one, until another course takes it", async () => {
  const { course } = await publishedCourse(world, { course: { slug: "before" } });
  ok(await http("PATCH", at(course), { as: world.instructor, body: { slug: "after" } }));
  const headers = { "x-org-id": world.orgId };
  const moved = await http("GET", "/lms/courses/before?org=x", { headers });
  expect(moved.status).toBe(301);
  expect(moved.headers.get("location")).toBe("/lms/courses/after?org=x");
  expect((await http("GET", "/lms/courses/after", { headers })).body.id).toBe(course.id);
  const taker = await publishedCourse(world, { course: { slug: "before" } });
  const taken = await http("GET", "/lms/courses/before", { as: world.learner });
  expect(taken.body.id).toBe(taker.course.id);
});

it("refuses a slug that another course has", async () => {
  const [{ course }] = [
    await draftCourse(world),
    await draftCourse(world, { course: { slug: "mine" } }),
  ];
  const answer = await http("PATCH", at(course), { as: world.instructor, body: { slug: "mine" } });
  expect(answer.body).toMatchObject({ status: 409, code: "DUPLICATE" });
});

it("keeps the price of a published course", async () => {
  const { course } = await publishedCourse(world);
  const answer = await http("PATCH", at(course), { as: world.instructor, body: { price: null } });
  expect(answer.body).toMatchObject({ status: 409, code: "INVALID_TRANSITION" });
});

it("finds a published course by its new title at once, and no more by its old one", async () => {
  const { course } = await publishedCourse(world, { course: { title: "Petrography" } });
  ok(await http("PATCH", at(course), { as: world.instructor, body: { title: "Mineralogy" } }));
  const found = async (q: string) =>
    (await http("GET", `/lms/search?q=${q}`, { as: world.learner })).body.data.length;
  expect([await found("petrography"), await found("mineralogy")]).toEqual([0, 1]);
});

it("is the own instructor's and lms-admin's", async () => {
  const { course } = await draftCourse(world);
  const payload = { courseId: course.id, title: "Taken over" };
  await expectOthersRefused(world, "lms.course.update", payload);
  const owners = { courseId: course.id, isFeatured: true };
  expect(
    (await http("PATCH", at(course), { as: world.instructor, body: { isFeatured: true } })).status,
  ).toBe(403);
  expect(
    (await http("POST", "/lms/commands/lms.course.update", { as: world.admin, body: owners }))
      .status,
  ).toBe(200);
});

it("is refused while the course is under review, and archived", async () => {
  const { course } = await draftCourse(world);
  await expectReadOnly(world, course.id, "lms.course.update", {
    courseId: course.id,
    title: "Late",
  });
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  await expectForeignIsMissing(
    world,
    "lms.course.update",
    (id) => ({ courseId: id, title: "x" }),
    courseId,
  );
});
