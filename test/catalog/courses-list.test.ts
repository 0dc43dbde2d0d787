import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { draftCourse, publishedCourse } from "../harness/course.ts";
import { http, type Json, newOrganization, ok, type World } from "../harness/world.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const list = (rest: string, as = world.learner) => http("GET", `/lms/courses?${rest}`, { as });

describe("who sees what", () => {
  it("shows learners and the public what is published", async () => {
    const { course } = await publishedCourse(world, { course: { title: "Public" } });
    await draftCourse(world, { course: { title: "Draft" } });
    const seen = ok(await list("limit=100")).data;
    expect(seen.map((one: Json) => one.id)).toContain(course.id);
    expect(seen.every((one: Json) => one.status === "published")).toBe(true);
    const open = await http("GET", "/lms/courses", { headers: { "x-org-id": world.orgId } });
    expect(open.body.data).toEqual(seen);
  });

  it("shows drafts to their own instructor and lms-admin, reviews to reviewers", async () => {
    const { course } = await draftCourse(world, { course: { title: "Mine" } });
    const stranger = await world.newPerson("instructor");
    const ids = async (status: string, as = world.learner) =>
      ok(await list(`limit=100&status=${status}`, as)).data.map((one: Json) => one.id);
    expect(await ids("draft", world.instructor)).toContain(course.id);
    expect(await ids("draft", world.admin)).toContain(course.id);
    expect(await ids("draft", stranger)).toEqual([]);
    expect((await list("status=draft")).status).toBe(403);
    expect((await list("status=draft", world.reviewer)).status).toBe(403);
    const open = { headers: { "x-org-id": world.orgId } };
    expect((await http("GET", "/lms/courses?status=draft", open)).status).toBe(401);
    ok(
      await http("POST", `/lms/instructor/courses/${course.id}/submit-review`, {
        as: world.instructor,
      }),
    );
    expect(await ids("under-review", world.reviewer)).toContain(course.id);
    const path = `/lms/courses/${course.id}`;
    expect((await http("GET", path, { as: world.reviewer })).status).toBe(200);
    expect((await http("GET", path, { as: world.learner })).status).toBe(404);
    expect((await http("GET", path, { as: stranger })).status).toBe(404);
  });

  it("lists an author's own courses, and all of them to lms-admin", async () => {
    const { course } = await draftCourse(world);
    const stranger = await world.newPerson("instructor");
    const at = async (path: string, as: typeof stranger) =>
      ok(await http("GET", `${path}?limit=100`, { as })).data.map((one: Json) => one.id);
    expect(await at("/lms/instructor/courses", world.instructor)).toContain(course.id);
    expect(await at("/lms/instructor/courses", stranger)).toEqual([]);
    expect(await at("/lms/admin/courses", world.admin)).toContain(course.id);
    const others = `/lms/instructor/courses?instructorId=${world.instructor.id}`;
    expect((await http("GET", others, { as: stranger })).status).toBe(403);
    expect(ok(await http("GET", others, { as: world.admin })).data.length).toBeGreaterThan(0);
    expect((await http("GET", "/lms/admin/courses", { as: world.instructor })).status).toBe(403);
  });
});

/** Courses straight into the table: some of each filter's values, and one draft in ten. */
async function fill(orgId: string, count: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO lms_courses (id, organization_id, created_at, updated_at, version, title, slug,
         instructor_id, category_id, status, type, level, price_amount, price_currency, language,
         learning_objectives, prerequisites, is_featured)
       SELECT printf('%s-%08d', ?1, i), ?1, i, i, 1, 'Course ' || i, printf('c-%d', i),
         'teacher-' || (i % 7), 'category-' || (i % 5), iif(i % 10 = 0, 'draft', 'published'),
         iif(i % 3 = 0, 'cohort', 'self-paced'), iif(i % 2 = 0, 'beginner', 'advanced'),
         (i * 7919) % 10000, 'USD', iif(i % 4 = 0, 'ru', 'en'), '[]', '[]', i % 6 = 0 FROM n`,
    ).bind(orgId, count),
    env.DB.prepare(
      `INSERT INTO lms_course_tags (organization_id, course_id, tag)
       SELECT organization_id, id, 'even' FROM lms_courses WHERE organization_id = ?1 AND version = 1
         AND CAST(substr(id, -8) AS INTEGER) % 2 = 0`,
    ).bind(orgId),
  ]);
}

const rowsRead = (answer: { headers: Headers }): number =>
  Number(/trips (\d+) rows/.exec(answer.headers.get("server-timing") ?? "")?.[1]);

const ONE_FILTER = [
  "",
  "level=beginner",
  "type=cohort",
  "language=ru",
  "categoryId=category-3",
  "instructorId=teacher-2",
  "isFeatured=true",
  "minPrice=1000&maxPrice=5000",
  "tags=even",
];

describe("the rows read for a page", () => {
  let small: World;
  let large: World;
  beforeAll(async () => {
    [small, large] = [await newOrganization(), await newOrganization()];
    await fill(small.orgId, 100);
    await fill(large.orgId, 5_000);
  });

  it.each(ONE_FILTER)("stay within 4 × limit + 50 at any size: ?%s", async (filter) => {
    const limit = 20;
    for (const { learner } of [small, large]) {
      ok(await http("GET", "/lms/courses?limit=1", { as: learner }));
      const first = await http("GET", `/lms/courses?limit=${limit}&${filter}`, { as: learner });
      expect(rowsRead(first)).toBeLessThanOrEqual(4 * limit + 50);
      expect(first.trips).toBe(1);
      const { nextCursor } = ok(first);
      if (nextCursor === null) continue;
      const path = `/lms/courses?limit=${limit}&${filter}&cursor=${nextCursor}`;
      expect(rowsRead(await http("GET", path, { as: learner }))).toBeLessThanOrEqual(
        4 * limit + 50,
      );
    }
  });

  it.each([
    "/lms/admin/courses?",
    "/lms/admin/courses?status=draft",
    "/lms/admin/courses?categoryId=category-3",
    "/lms/admin/courses?instructorId=teacher-2",
  ])("stay so for lms-admin too: %s", async (path) => {
    ok(await http("GET", path, { as: large.admin }));
    expect(rowsRead(await http("GET", path, { as: large.admin }))).toBeLessThanOrEqual(130);
  });

  it.each([
    "level=beginner&type=cohort",
    "tags=even,none",
    "language=ru&minPrice=9999",
    "instructorId=teacher-1&categoryId=category-9",
  ])(
    "stay under 1 000 with more filters, and the page goes on where the scan stopped: ?%s",
    async (filter) => {
      ok(await http("GET", "/lms/courses?limit=1", { as: large.learner }));
      const answer = await http("GET", `/lms/courses?${filter}`, { as: large.learner });
      expect(ok(answer).data.length).toBeLessThanOrEqual(20);
      expect(rowsRead(answer)).toBeLessThanOrEqual(1_000);
    },
  );

  it.each([
    ...ONE_FILTER,
    "level=beginner&type=cohort",
    "tags=even&type=cohort",
    "language=ru&minPrice=9000",
  ])("give every course once by cursor: ?%s", async (filter) => {
    const seen: string[] = [];
    let cursor = "";
    do {
      const path = `/lms/courses?limit=100&${filter}${cursor}`;
      const { data, nextCursor } = ok(await http("GET", path, { as: large.learner }));
      seen.push(...data.map((one: Json) => one.id));
      cursor = nextCursor === null ? "" : `&cursor=${nextCursor}`;
    } while (cursor !== "");
    const condition = WHERE[filter] ?? "1";
    const expected = await env.DB.prepare(
      `SELECT count(*) AS n FROM lms_courses WHERE organization_id = ? AND status = 'published' AND ${condition}`,
    )
      .bind(large.orgId)
      .first<{ n: number }>();
    expect(seen.length).toBe(expected?.n);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

const EVEN = "CAST(substr(id, -8) AS INTEGER) % 2 = 0";
const WHERE: Record<string, string> = {
  "level=beginner": "level = 'beginner'",
  "type=cohort": "type = 'cohort'",
  "language=ru": "language = 'ru'",
  "categoryId=category-3": "category_id = 'category-3'",
  "instructorId=teacher-2": "instructor_id = 'teacher-2'",
  "isFeatured=true": "is_featured",
  "minPrice=1000&maxPrice=5000": "price_amount BETWEEN 1000 AND 5000",
  "tags=even": EVEN,
  "level=beginner&type=cohort": "level = 'beginner' AND type = 'cohort'",
  "tags=even&type=cohort": `${EVEN} AND type = 'cohort'`,
  "language=ru&minPrice=9000": "language = 'ru' AND price_amount >= 9000",
};

it("orders by price where a price is asked for", async () => {
  const shop = await newOrganization();
  for (const amount of [300, 100, 200]) {
    await publishedCourse(shop, {
      course: { title: `For ${amount}`, price: { amount, currency: "EUR" } },
    });
  }
  const answer = await http("GET", "/lms/courses?minPrice=100", { as: shop.learner });
  expect(ok(answer).data.map((one: Json) => one.price.amount)).toEqual([100, 200, 300]);
});

it.each([
  ["a limit above 100", "limit=101", "limit"],
  ["no limit", "limit=0", "limit"],
  ["a page past row 1 000", "page=51", "page"],
  ["a cursor of nobody", "cursor=abc", "cursor"],
  ["a cursor of another order", `cursor=${btoa('["a",1]')}`, "cursor"],
  ["an unknown status", "status=secret", "status"],
  ["an unknown parameter", "colour=red", "colour"],
  ["a price that is none", "minPrice=cheap", "minPrice"],
])("refuses %s", async (_, rest, path) => {
  expect((await list(rest)).body).toMatchObject({ status: 400, errors: [{ path }] });
});
