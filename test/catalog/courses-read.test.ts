import { beforeAll, expect, it } from "vitest";
import { draftCourse, publishedCourse } from "../harness/course.ts";
import { command, http, type Json, newOrganization, ok, type World } from "../harness/world.ts";
import { foreignCourse, MISSING } from "./refused.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

it("gives a course by its slug and by its id, with its open cohorts", async () => {
  const { course } = await publishedCourse(world, { course: { tags: ["a"], type: "cohort" } });
  const cohort = ok(
    await command(
      "lms.cohort.create",
      {
        courseId: course.id,
        name: "Spring",
        startDate: "2030-03-01",
        endDate: "2030-05-31",
        capacity: 12,
        timezone: "Europe/Berlin",
      },
      world.instructor,
    ),
  );
  const bySlug = await http("GET", `/lms/courses/${course.slug}`, { as: world.learner });
  const byId = await http("GET", `/lms/courses/${course.id}`, { as: world.learner });
  expect(bySlug.body).toEqual(byId.body);
  expect(bySlug.headers.get("etag")).toBe(`"v${course.version}"`);
  expect(bySlug.body).toMatchObject({
    id: course.id,
    tags: ["a"],
    cohorts: [{ id: cohort.id, name: "Spring", capacity: 12, freePlaces: 12 }],
  });
  expect(bySlug.body).not.toHaveProperty("rejection");
  expect(bySlug.body).not.toHaveProperty("certificateTemplate");
  expect(bySlug.trips).toBeLessThanOrEqual(2);
});

it("answers for a foreign course as for a missing one", async () => {
  const { courseId } = await foreignCourse();
  for (const path of [
    "/lms/courses/:id",
    "/lms/courses/:id/modules",
    "/lms/instructor/courses/:id",
    "/lms/instructor/courses/:id/modules",
    "/lms/instructor/courses/:id/chapters",
  ]) {
    const [foreign, missing] = [
      await http("GET", path.replace(":id", courseId), { as: world.admin }),
      await http("GET", path.replace(":id", MISSING), { as: world.admin }),
    ];
    expect(foreign.status).toBe(404);
    const bare = ({ body }: { body: Json }) => ({ ...body, correlationId: "", instance: "" });
    expect(bare(foreign)).toEqual(bare(missing));
  }
});

it("shows the public titles and types, and the content of free modules alone", async () => {
  const sections = [{ title: "Part", type: "text", content: { html: "<p>Inside</p>" } }];
  const { course } = await publishedCourse(world, {
    modules: [
      { title: "Free", isFree: true, sections },
      { title: "Paid", sections },
      { title: "Hidden", isPublished: false },
    ],
  });
  const path = `/lms/courses/${course.slug}/modules`;
  const answer = await http("GET", path, { headers: { "x-org-id": world.orgId } });
  const [free, paid, ...others] = ok(answer).data;
  expect(others).toEqual([]);
  expect(free).toMatchObject({ title: "Free", content: { html: "<p>Text</p>" } });
  expect(free.sections[0].content).toEqual({ html: "<p>Inside</p>" });
  expect(paid).toMatchObject({ title: "Paid", content: null });
  expect(paid.sections).toMatchObject([{ title: "Part", content: null, resources: null }]);
  expect(answer.trips).toBeLessThanOrEqual(2);
});

it("shows an author every module, to others nothing, to reviewers what they review", async () => {
  const { course, modules } = await draftCourse(world, {
    modules: [{ title: "One", isPublished: false }, { title: "Two" }],
  });
  const outline = `/lms/instructor/courses/${course.id}/modules`;
  const module = `/lms/instructor/modules/${modules[0]?.id}`;
  const own = ok(await http("GET", outline, { as: world.instructor }));
  expect(own.data.map((one: Json) => one.title)).toEqual(["One", "Two"]);
  expect(ok(await http("GET", module, { as: world.instructor })).content).toEqual({
    html: "<p>Text</p>",
  });
  const stranger = await world.newPerson("instructor");
  for (const as of [stranger, world.learner, world.reviewer]) {
    expect((await http("GET", outline, { as })).status).toBe(403);
    expect((await http("GET", module, { as })).status).toBe(403);
  }
  ok(await command("lms.course.submitReview", { courseId: course.id }, world.instructor));
  expect((await http("GET", module, { as: world.reviewer })).status).toBe(200);
});

it("lists active categories by their position, inactive ones to lms-admin", async () => {
  const fresh = await newOrganization();
  const make = (name: string, rest: Json = {}) =>
    http("POST", "/lms/admin/categories", { as: fresh.admin, body: { name, ...rest } });
  const last = ok(await make("Last", { position: 9 }));
  ok(await make("First", { position: 1 }));
  ok(await make("Hidden", { position: 5, status: "inactive" }));
  ok(await make("Child", { position: 2, parentId: last.id }));
  const names = async (path: string, as = fresh.learner) =>
    ok(await http("GET", path, { as })).data.map((one: Json) => one.name);
  expect(await names("/lms/categories")).toEqual(["First", "Child", "Last"]);
  expect(await names(`/lms/categories?parentId=${last.id}`)).toEqual(["Child"]);
  expect(await names("/lms/admin/categories", fresh.admin)).toEqual([
    "First",
    "Child",
    "Hidden",
    "Last",
  ]);
  expect((await http("GET", "/lms/admin/categories", { as: fresh.learner })).status).toBe(403);
  const page = ok(await http("GET", "/lms/categories?limit=2", { as: fresh.learner }));
  expect(await names(`/lms/categories?limit=2&cursor=${page.nextCursor}`)).toEqual(["Last"]);
});

it("keeps what is changed under two names apart: one root's version is one change", async () => {
  const { course } = await draftCourse(world);
  const answers = await Promise.all(
    ["A", "B", "C"].map((title) =>
      http("PATCH", `/lms/instructor/courses/${course.id}`, {
        as: world.instructor,
        body: { title },
      }),
    ),
  );
  const versions = answers.map((one) => one.body.version).toSorted();
  expect(versions).toEqual([3, 4, 5]);
});
