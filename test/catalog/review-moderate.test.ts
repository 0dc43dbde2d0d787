import { beforeAll, expect, it } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  command,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  race,
  rows,
  statuses,
  type World,
} from "../harness/world.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

async function reviewed(of = world, rating = 2, as: Person = of.learner) {
  const { course } = await publishedCourse(of);
  await enrolled(of, course.id, as);
  const review = ok(
    await command("lms.review.create", { courseId: course.id, rating, comment: "Short" }, as),
  );
  return { courseId: String(course.id), reviewId: String(review.id) };
}
const moderate = (reviewId: string, status: string, as = world.admin) =>
  http("POST", `/lms/admin/reviews/${reviewId}/moderate`, { as, body: { status } });
const ratingOf = async (id: string) =>
  (await rows("SELECT rating_average, rating_count FROM lms_courses WHERE id = ?", id))[0];
const listed = async (courseId: string) =>
  ok(await http("GET", `/lms/courses/${courseId}/reviews`, { as: world.learner })).data.length;

it("takes a review out of the list and the figures, and back into both", async () => {
  const { courseId, reviewId } = await reviewed();
  expect(ok(await moderate(reviewId, "hidden"))).toMatchObject({ status: "hidden", version: 2 });
  expect([await listed(courseId), await ratingOf(courseId)]).toEqual([
    0,
    { rating_average: null, rating_count: 0 },
  ]);
  expect(ok(await moderate(reviewId, "visible"))).toMatchObject({ status: "visible", version: 3 });
  expect([await listed(courseId), await ratingOf(courseId)]).toEqual([
    1,
    { rating_average: 2, rating_count: 1 },
  ]);
  expect((await eventsOf(reviewId)).map(({ name, payload }) => [name, payload.status])).toEqual([
    ["review.created", undefined],
    ["review.moderated", "hidden"],
    ["review.moderated", "visible"],
  ]);
  await assertLogAgrees(world.orgId);
});

it("is done once, of however many at once", async () => {
  const { courseId, reviewId } = await reviewed();
  const answers = await race(5, () => moderate(reviewId, "hidden"));
  expect(statuses(answers)).toEqual({ 200: 1, 409: 4 });
  expect(await ratingOf(courseId)).toEqual({ rating_average: null, rating_count: 0 });
});

it("refuses the state that the review is in", async () => {
  const { reviewId } = await reviewed();
  await expectRefused(
    world.orgId,
    { status: 409, code: "INVALID_TRANSITION", state: "visible" },
    () => moderate(reviewId, "visible"),
  );
});

it("is lms-admin's alone", async () => {
  const { reviewId } = await reviewed();
  for (const as of [world.learner, world.instructor, world.orgAdmin, world.reviewer]) {
    await expectRefused(
      world.orgId,
      { status: 403, detail: "Permission denied: review:moderate" },
      () => moderate(reviewId, "hidden", as),
    );
  }
});

it("answers for a foreign review as for a missing one", async () => {
  const { reviewId } = await reviewed(await newOrganization());
  await expectForeignIsMissing(reviewId, "Review", (id) => moderate(id, "hidden"));
});
