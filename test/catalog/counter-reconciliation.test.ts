import { expect, test } from "vitest";
import { DAY } from "../../src/kernel/time.ts";
import { runJob } from "../harness/jobs.ts";
import { advance, rows } from "../harness/world.ts";
import { enroll, world } from "../live/world.ts";

const counters = async (courseId: string) =>
  (
    await rows(
      "SELECT enrolled_count, rating_count, rating_average, version FROM lms_courses WHERE id = ?1",
      courseId,
    )
  )[0];

const review = (courseId: string, orgId: string, rating: number, status = "visible") =>
  rows(
    `INSERT INTO lms_course_reviews (id, organization_id, created_at, updated_at, version, course_id,
       enrollment_id, learner_id, rating, status)
     VALUES (?1, ?2, 1, 1, 1, ?3, ?1, ?1, ?4, ?5)`,
    crypto.randomUUID(),
    orgId,
    courseId,
    rating,
    status,
  );

test("counters that a fault left behind are set to what the rows say, and versions stay", async () => {
  await rows("DELETE FROM lms_courses");
  const here = await world();
  const { orgId, courseId, actors } = here;
  await enroll(here, { learnerId: actors.learner.id });
  await enroll(here, { learnerId: actors.other.id, status: "completed" });
  await enroll(here, { learnerId: actors.stranger.id, status: "cancelled" });
  for (const [rating, status] of [
    [5, "visible"],
    [4, "visible"],
    [1, "hidden"],
  ] as const) {
    await review(courseId, orgId, rating, status);
  }
  await rows(
    "UPDATE lms_courses SET enrolled_count = 9, rating_count = 9, rating_average = 1 WHERE id = ?1",
    courseId,
  );
  expect(await runJob("lms.counter-reconciliation")).toMatchObject({ processed: 1 });
  const right = { enrolled_count: 2, rating_count: 2, rating_average: 4.5, version: 1 };
  expect(await counters(courseId)).toEqual(right);
  expect(await runJob("lms.counter-reconciliation")).toMatchObject({ processed: 0 });
  // What two nights left behind, the first of them missed, is found by the next run at once.
  await rows("UPDATE lms_courses SET rating_count = 7 WHERE id = ?1", courseId);
  advance(2 * DAY);
  await rows("UPDATE lms_courses SET enrolled_count = 7 WHERE id = ?1", courseId);
  expect(await runJob("lms.counter-reconciliation")).toMatchObject({ processed: 1 });
  expect(await counters(courseId)).toEqual(right);
  expect(await runJob("lms.counter-reconciliation")).toMatchObject({ processed: 0 });
});

test("ten thousand courses are looked through page by page", async () => {
  const { courseId } = await world();
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
     INSERT INTO lms_courses (id, organization_id, created_at, updated_at, version, title, slug,
       instructor_id, status, type, level, learning_objectives, prerequisites, enrolled_count)
     SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 1, title,
       printf('c-%05d', i), instructor_id, status, type, level, '[]', '[]', i % 100 = 0
     FROM lms_courses, n WHERE id = ?1`,
    courseId,
  );
  const run = await runJob("lms.counter-reconciliation");
  expect(run.processed).toBe(99);
  expect(run.pages).toBeGreaterThanOrEqual(500);
  expect(run.rowsMax).toBeLessThan(500);
}, 60_000);
