import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import { expectForeignIsMissing } from "../harness/refusals.ts";
import { command, http, type Json, newOrganization, ok, type World } from "../harness/world.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const list = (courseId: string, rest = "", as = world.learner) =>
  http("GET", `/lms/courses/${courseId}/reviews?${rest}`, { as });

it("shows everybody who said what by name, the newest first, and no more of the person", async () => {
  const { course } = await publishedCourse(world);
  const [one, two] = [
    await world.newPerson("learner", "Ada"),
    await world.newPerson("learner", "Григорий"),
  ];
  for (const as of [one, two]) {
    await enrolled(world, course.id, as);
    ok(await command("lms.review.create", { courseId: course.id, rating: 5, comment: "Yes" }, as));
  }
  const open = { headers: { "x-org-id": world.orgId } };
  const { data } = ok(await http("GET", `/lms/courses/${course.slug}/reviews`, open));
  expect(data.map((line: Json) => line.reviewerName)).toEqual(["Григорий", "Ada"]);
  expect(Object.keys(data[0]).toSorted()).toEqual([
    "comment",
    "courseId",
    "createdAt",
    "id",
    "rating",
    "reviewerName",
    "status",
  ]);
  const kept = await http("GET", `/lms/courses/${course.slug}/reviews`, open);
  expect([kept.trips, kept.body.data]).toEqual([0, data]);
});

it("shows hidden ones to lms-admin alone", async () => {
  const { course } = await publishedCourse(world);
  await enrolled(world, course.id);
  const { id } = ok(
    await command("lms.review.create", { courseId: course.id, rating: 1 }, world.learner),
  );
  ok(await command("lms.review.moderate", { reviewId: id, status: "hidden" }, world.admin));
  expect(ok(await list(course.id)).data).toEqual([]);
  expect((await list(course.id, "status=hidden")).status).toBe(403);
  expect(ok(await list(course.id, "status=hidden", world.admin)).data).toMatchObject([{ id }]);
});

it("answers for a foreign course, and for a draft, as for a missing one", async () => {
  const { course } = await publishedCourse(await newOrganization());
  await expectForeignIsMissing(course.id, "Course", (id) => list(id));
  const { course: draft } = await draftCourse(world);
  await expectForeignIsMissing(draft.id, "Course", (id) => list(id));
});

it.each([50, 3_000])("reads as few rows for a page of %d reviews", async (count) => {
  const { course } = await publishedCourse(world);
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
     INSERT INTO lms_course_reviews (id, organization_id, created_at, updated_at, version, course_id,
       enrollment_id, learner_id, rating, status)
     SELECT printf('%s-%08d', ?1, i), ?2, i, i, 1, ?1, 'e-' || i, printf('%s-%d', ?1, i), 3, 'visible'
     FROM n`,
  )
    .bind(course.id, world.orgId, count)
    .run();
  ok(await list(course.id));
  const page = await list(course.id, "limit=20");
  expect(ok(page).data).toHaveLength(20);
  const rowsOf = (answer: { headers: Headers }) =>
    Number(/trips (\d+) rows/.exec(answer.headers.get("server-timing") ?? "")?.[1]);
  expect([page.trips, rowsOf(page) <= 130]).toEqual([1, true]);
  const next = await list(course.id, `limit=20&cursor=${page.body.nextCursor}`);
  expect([ok(next).data[0].id < page.body.data[19].id, rowsOf(next) <= 130]).toEqual([true, true]);
});
