import { afterEach, beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { DAY } from "../../src/kernel/time.ts";
import { runJob } from "../harness/jobs.ts";
import { advance, db, eventsOf, rows } from "../harness/world.ts";
import { world } from "../live/world.ts";

const SIX = Date.UTC(2028, 1, 29, 6);
const at = (instant: number) => advance(instant - clock.now());
const activation = () => runJob("lms.cohort-activation");

beforeEach(async () => {
  at(SIX);
  await rows("DELETE FROM lms_cohorts");
});
afterEach(() => {
  clock.now = () => Date.now();
});

type Dates = { startDate: string; endDate: string; timezone?: string };

async function cohort({ startDate, endDate, timezone = "UTC" }: Dates) {
  const { orgId, courseId, actors } = await world();
  const id = newId();
  await db.delete(lmsCohorts);
  await db.insert(lmsCohorts).values({
    id,
    organizationId: orgId,
    createdAt: 1,
    updatedAt: 1,
    version: 0,
    courseId,
    name: "Leap",
    instructorId: actors.instructor.id,
    startDate,
    endDate,
    capacity: 5,
    timezone,
    status: "scheduled",
  });
  const status = async () =>
    (await rows<{ status: string }>("SELECT status FROM lms_cohorts WHERE id = ?1", id))[0]?.status;
  return { id, orgId, status };
}

test("a cohort is activated on its first day where it is, and completed after its last", async () => {
  const { id, status } = await cohort({
    startDate: "2028-02-29",
    endDate: "2028-03-01",
    timezone: "Pacific/Honolulu",
  });
  await activation();
  expect(await status()).toBe("scheduled");
  at(SIX + DAY);
  await activation();
  expect(await status()).toBe("active");
  at(SIX + 2 * DAY);
  await activation();
  expect(await status()).toBe("active");
  at(SIX + 3 * DAY);
  await activation();
  await activation();
  expect(await status()).toBe("completed");
  const names = (await eventsOf(id)).map(({ name }) => name);
  expect(names).toEqual(["cohort.activated", "cohort.completed"]);
});

test("one whose whole time went by in an outage is activated and completed in one run", async () => {
  const { status } = await cohort({ startDate: "2028-02-01", endDate: "2028-02-10" });
  await activation();
  expect(await status()).toBe("completed");
});

test("ten thousand cohorts turn page by page, and a second run finds none", async () => {
  const { id, orgId } = await cohort({ startDate: "2028-02-20", endDate: "2028-02-28" });
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
     INSERT INTO lms_cohorts (id, organization_id, created_at, updated_at, version, course_id, name,
       instructor_id, start_date, end_date, capacity, timezone, status)
     SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 0, course_id, name,
       instructor_id, iif(i % 50 = 0, '2028-02-29', '2028-02-27'), iif(i % 50 = 1, '2028-02-28', '2028-03-01'), 5, 'UTC',
       iif(i % 50 = 0, 'scheduled', 'active') FROM lms_cohorts, n WHERE id = ?1`,
    id,
  );
  const first = await activation();
  expect(first.failed).toBe(0);
  expect(first.rowsMax).toBeLessThan(3_000);
  const counts = await rows<{ status: string; count: number }>(
    "SELECT status, count(*) AS count FROM lms_cohorts WHERE organization_id = ?1 GROUP BY status",
    orgId,
  );
  const of = (status: string) => counts.find((one) => one.status === status)?.count ?? 0;
  expect(of("scheduled")).toBe(0);
  expect(of("active") + of("completed")).toBe(10_000);
  expect(of("completed")).toBe(201);
  expect(first.processed).toBe(401);
  expect(await activation()).toMatchObject({ processed: 0, failed: 0 });
}, 60_000);
