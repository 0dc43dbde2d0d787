import { beforeAll, expect, it } from "vitest";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
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

const review = (courseId: string, as: Person, rating = 5, comment?: string) =>
  http("POST", `/lms/courses/${courseId}/reviews`, {
    as,
    body: { rating, ...(comment === undefined ? {} : { comment }) },
  });
const ratingOf = async (id: string) =>
  (await rows("SELECT rating_average, rating_count, version FROM lms_courses WHERE id = ?", id))[0];

it("is kept with its event, and counts for the course at once without a version of it", async () => {
  const { course } = await publishedCourse(world);
  const enrollment = await enrolled(world, course.id);
  const answer = await review(course.slug, world.learner, 4, "Clear and short");
  expect([answer.status, answer.headers.get("location")]).toEqual([
    201,
    `/lms/courses/${course.id}/reviews`,
  ]);
  expect(answer.body).toMatchObject({
    courseId: course.id,
    enrollmentId: enrollment.id,
    rating: 4,
    comment: "Clear and short",
    status: "visible",
    version: 1,
  });
  expect(await eventsOf(answer.body.id)).toEqual([
    {
      name: "review.created",
      version: 1,
      aggregateType: "review",
      payload: {
        reviewId: answer.body.id,
        courseId: course.id,
        learnerId: world.learner.id,
        enrollmentId: enrollment.id,
        rating: 4,
        createdAt: answer.body.createdAt,
      },
    },
  ]);
  expect(await ratingOf(course.id)).toEqual({
    rating_average: 4,
    rating_count: 1,
    version: course.version,
  });
  await assertLogAgrees(world.orgId);
});

it("gives the average of all of them, however many come at once", async () => {
  const { course } = await publishedCourse(world);
  const learners = await Promise.all(Array.from({ length: 7 }, () => world.newPerson("learner")));
  for (const one of learners) await enrolled(world, course.id, one);
  const ratings = [1, 5, 5, 2, 4, 3, 5];
  const answers = await race(7, (at) =>
    review(course.id, learners[at] ?? world.learner, ratings[at]),
  );
  expect(statuses(answers)).toEqual({ 201: 7 });
  const { rating_average, rating_count } = (await ratingOf(course.id)) ?? {};
  expect([rating_count, rating_average]).toEqual([7, 25 / 7]);
});

it("is given once by a learner: a second one is refused, two at once leave one", async () => {
  const { course } = await publishedCourse(world);
  await enrolled(world, course.id);
  const both = await race(2, () => review(course.id, world.learner, 3));
  expect(statuses(both)).toEqual({ 201: 1, 409: 1 });
  await expectRefused(world.orgId, { status: 409, code: "DUPLICATE" }, () =>
    review(course.id, world.learner, 5),
  );
  expect(await ratingOf(course.id)).toMatchObject({ rating_average: 3, rating_count: 1 });
});

it("is of whoever learns or has learned there alone", async () => {
  const { course } = await publishedCourse(world);
  for (const as of [world.learner, world.instructor, world.admin]) {
    await expectRefused(
      world.orgId,
      { status: 403, detail: "Permission denied: review:create" },
      () => review(course.id, as),
    );
  }
  const { id } = await enrolled(world, course.id);
  ok(await command("lms.enrollment.cancel", { enrollmentId: id }, world.learner));
  await expectRefused(
    world.orgId,
    { status: 409, code: "INVALID_TRANSITION", state: "cancelled" },
    () => review(course.id, world.learner),
  );
});

it("stays open to a learner whose course is no longer published", async () => {
  const { course } = await publishedCourse(world);
  await enrolled(world, course.id);
  ok(await command("lms.course.archive", { courseId: course.id }, world.admin));
  expect((await review(course.id, world.learner)).status).toBe(201);
});

it.each([0, 6, 2.5, "5"])("refuses the rating %s", async (rating) => {
  const { course } = await publishedCourse(world);
  const answer = await http("POST", `/lms/courses/${course.id}/reviews`, {
    as: world.learner,
    body: { rating },
  });
  expect(answer.body).toMatchObject({ status: 400, errors: [{ path: "rating" }] });
});

it("answers for a foreign course, and for a draft, as for a missing one", async () => {
  const other = await newOrganization();
  const { course } = await publishedCourse(other);
  await expectForeignIsMissing(course.id, "Course", (id) => review(id, world.learner));
  const { course: draft } = await draftCourse(world);
  await expectForeignIsMissing(draft.id, "Course", (id) => review(id, world.learner));
});
