import { beforeAll, expect, it } from "vitest";
import { eventsOf, http, newOrganization, rows, type World } from "../harness/world.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const PATH = "/lms/instructor/courses";
const COURSE = { title: "Основы логики", type: "self-paced", level: "beginner" };
const create = (body: unknown, as = world.instructor) => http("POST", PATH, { as, body });

it("makes a draft of its creator with a slug out of any script, and says so in one event", async () => {
  const answer = await create({
    ...COURSE,
    price: { amount: 1999, currency: "EUR" },
    tags: ["Logic", "logic"],
  });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toBe(`${PATH}/${answer.body.id}`);
  expect(answer.headers.get("etag")).toBe('"v1"');
  expect(answer.body).toMatchObject({
    slug: "osnovy-logiki",
    status: "draft",
    instructorId: world.instructor.id,
    price: { amount: 1999, currency: "EUR" },
    tags: ["logic"],
    completionThreshold: 80,
    version: 1,
  });
  expect(answer.trips).toBeLessThanOrEqual(3);
  const events = await eventsOf(answer.body.id);
  expect(events.map((one) => [one.name, one.version])).toEqual([["course.created", 1]]);
});

it("gives a second course of the same title a slug of its own", async () => {
  const [first, second] = [await create(COURSE), await create(COURSE)];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(first.body.slug).not.toBe(second.body.slug);
});

it("refuses a slug that another course of the organization has, not one of a foreign one", async () => {
  const named = { ...COURSE, slug: "taken-slug" };
  expect((await create(named)).status).toBe(201);
  expect((await create(named)).body).toMatchObject({ status: 409, code: "DUPLICATE" });
  const other = await newOrganization();
  expect((await create(named, other.instructor)).status).toBe(201);
});

it.each([
  ["a negative price", { price: { amount: -1, currency: "USD" } }, "price.amount"],
  ["a fraction of the minor unit", { price: { amount: 9.99, currency: "USD" } }, "price.amount"],
  ["a price in text", { price: { amount: "10", currency: "USD" } }, "price.amount"],
  ["an unknown currency", { price: { amount: 1, currency: "XYZ" } }, "price.currency"],
  ["two currencies", { price: { amount: 1, currency: "USD" }, currency: "EUR" }, "currency"],
  ["a slug with spaces", { slug: "Not a slug" }, "slug"],
  ["a slug of an id's form", { slug: "018f2f6e-5b1c-7c3a-8d4e-1f2a3b4c5d6e" }, "slug"],
  ["no title", { title: "  " }, "title"],
  ["a title too long", { title: "x".repeat(201) }, "title"],
  ["an unknown field", { rating: 5 }, "rating"],
  ["a column of the server's", { enrolledCount: 5 }, "enrolledCount"],
])("refuses %s with the path of the fault, and writes nothing", async (_, wrong, path) => {
  const before = await rows("SELECT count(*) AS n FROM lms_courses");
  const answer = await create({ ...COURSE, ...wrong });
  expect(answer.body).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
  expect(answer.body.errors.map((one: { path: string }) => one.path)).toContain(path);
  expect(await rows("SELECT count(*) AS n FROM lms_courses")).toEqual(before);
});

it("is the instructors' and lms-admin's", async () => {
  for (const as of [world.learner, world.reviewer, world.orgAdmin]) {
    const answer = await create(COURSE, as);
    expect(answer.body).toMatchObject({ status: 403, detail: "Permission denied: course:create" });
  }
  expect(
    (await http("POST", PATH, { body: COURSE, headers: { "x-org-id": world.orgId } })).status,
  ).toBe(401);
});

it("lets lms-admin alone feature a course and give it to an instructor", async () => {
  expect((await create({ ...COURSE, isFeatured: true })).status).toBe(403);
  const given = await create(
    { ...COURSE, isFeatured: true, instructorId: world.instructor.id },
    world.admin,
  );
  expect(given.body).toMatchObject({ isFeatured: true, instructorId: world.instructor.id });
  const toLearner = await create({ ...COURSE, instructorId: world.learner.id }, world.admin);
  expect(toLearner.body).toMatchObject({ status: 404, detail: "Instructor not found" });
});

it("answers for a foreign category as for a missing one", async () => {
  const other = await newOrganization();
  const category = await http("POST", "/lms/admin/categories", {
    as: other.admin,
    body: { name: "Theirs" },
  });
  const foreign = await create({ ...COURSE, categoryId: category.body.id });
  const missing = await create({ ...COURSE, categoryId: "018f2f6e-5b1c-7c3a-8d4e-1f2a3b4c5d6e" });
  expect(foreign.status).toBe(404);
  expect({ ...foreign.body, correlationId: "" }).toEqual({ ...missing.body, correlationId: "" });
});
