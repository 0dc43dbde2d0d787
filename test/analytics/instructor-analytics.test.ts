import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { learning } from "../harness/learner.ts";
import { expectForeignIsMissing, said } from "../harness/refusals.ts";
import {
  advance,
  command,
  http,
  type Json,
  newOrganization,
  ok,
  query,
  rows,
  type World,
} from "../harness/world.ts";
import { rowsRead, settled, toNoonOf } from "./day.ts";

afterEach(settled);

beforeEach(() => {
  clock.now = () => Date.now();
});

const analytics = (courseId: string, as: World["admin"], rest = "") =>
  http("GET", `/lms/instructor/courses/${courseId}/analytics${rest}`, { as });

describe("a course's analytics", () => {
  it("say who is where, what was learned today, and who dropped off, at once", async () => {
    toNoonOf("2031-05-14");
    const way = await learning({ modules: [{ title: "One" }, { title: "Two" }] });
    const { world, courseId } = way;
    const second = await world.newPerson("learner");
    const { id } = await enrolled(world, courseId, second);
    ok(await command("lms.enrollment.cancel", { enrollmentId: id }, second));
    ok(await way.start(0));
    advance(120_000);
    ok(await way.report(0, { progressPct: 50, timeSpentSec: 90 }));
    ok(await way.complete(0));
    ok(await way.start(1));
    ok(await command("lms.review.create", { courseId, rating: 4 }, world.learner));

    const answer = await analytics(courseId, world.instructor);
    expect(answer.trips).toBeLessThanOrEqual(2);
    expect(ok(answer)).toMatchObject({
      courseId,
      title: "Course",
      period: { startDate: "2031-04-15", endDate: "2031-05-14", timeZone: "UTC" },
      enrollments: {
        total: 2,
        byStatus: { "pending-payment": 0, active: 1, completed: 0, cancelled: 1, refunded: 0 },
      },
      completionRate: 0,
      averageProgress: 50,
      rating: { average: 4, count: 1 },
      timeSpentSec: 90,
      modulesCompleted: 1,
      activeByMonth: [
        { month: "2031-04", activeLearners: 0 },
        { month: "2031-05", activeLearners: 1 },
      ],
      dropOff: [
        { title: "One", started: 1, completed: 1, dropOff: 0 },
        { title: "Two", started: 1, completed: 0, dropOff: 100 },
      ],
    });
    expect(answer.body.engagementScore).toBeGreaterThan(0);
    expect(answer.body.byDay).toHaveLength(30);
    expect(answer.body.byDay.at(-1)).toEqual({
      date: "2031-05-14",
      created: 2,
      reactivated: 0,
      activated: 2,
      completed: 0,
      expired: 0,
      cancelled: 1,
      refunded: 0,
      activeLearners: 1,
      timeSpentSec: 90,
      modulesCompleted: 1,
    });
  });

  it("take a day to be the organization's", async () => {
    advance(Date.parse("2031-05-14T20:00:00Z") - clock.now());
    const world = await newOrganization();
    await rows(
      `INSERT INTO lms_settings (id, organization_id, created_at, updated_at, version, defaults)
       VALUES (?1, ?1, 0, 0, 0, '{"timeZone":"Asia/Kolkata"}')
       ON CONFLICT (organization_id) DO UPDATE SET defaults = excluded.defaults`,
      world.orgId,
    );
    const { course, modules } = await publishedCourse(world, { modules: [{ title: "One" }] });
    const { id } = await enrolled(world, course.id);
    ok(
      await command(
        "lms.progress.complete",
        { enrollmentId: id, moduleId: modules[0]?.id },
        world.learner,
      ),
    );
    const { period, byDay } = ok(await analytics(course.id, world.instructor));
    expect(period).toMatchObject({ endDate: "2031-05-15", timeZone: "Asia/Kolkata" });
    expect(byDay.at(-1)).toMatchObject({ date: "2031-05-15", completed: 1, activeLearners: 1 });
  });

  it("do not count a learner as active for whom the instructor completes a module", async () => {
    const way = await learning();
    ok(await completeFor(way));
    const { byDay } = ok(await analytics(way.courseId, way.world.instructor));
    expect(byDay.at(-1)).toMatchObject({ modulesCompleted: 1, activeLearners: 0 });
  });

  it("cover the days that are asked for, those without anything too", async () => {
    toNoonOf("2031-05-14");
    const way = await learning();
    const { world, courseId } = way;
    const of = async (rest: string) =>
      ok(await analytics(courseId, world.instructor, rest)).byDay.map((day: Json) => day.date);
    expect(await of("?startDate=2031-05-12")).toEqual(["2031-05-12", "2031-05-13", "2031-05-14"]);
    expect(await of("?startDate=2031-02-27&endDate=2031-03-01")).toEqual([
      "2031-02-27",
      "2031-02-28",
      "2031-03-01",
    ]);
    for (const rest of [
      "?startDate=2031-05-14&endDate=2031-05-13",
      "?startDate=2029-05-14&endDate=2031-05-13",
      "?startDate=2020-05-14",
      "?startDate=tomorrow",
    ]) {
      expect((await analytics(courseId, world.instructor, rest)).body).toMatchObject({
        status: 400,
        code: "VALIDATION_FAILED",
      });
    }
  });
});

const completeFor = (way: Awaited<ReturnType<typeof learning>>) =>
  command(
    "lms.progress.complete",
    { enrollmentId: way.enrollmentId, moduleId: way.moduleId(0) },
    way.world.instructor,
  );

describe("whose they are", () => {
  let world: World;
  beforeAll(async () => {
    world = await newOrganization();
  });

  it("the course's instructor's and lms-admin's", async () => {
    const { course } = await publishedCourse(world);
    expect((await analytics(course.id, world.instructor)).status).toBe(200);
    expect((await analytics(course.id, world.admin)).status).toBe(200);
    const stranger = await world.newPerson("instructor");
    for (const as of [stranger, world.learner, world.reviewer, world.orgAdmin]) {
      expect(said(await analytics(course.id, as))).toMatchObject({
        status: 403,
        detail: "Permission denied: analytics:read-course",
      });
    }
  });

  it("never another organization's: its courses are missing ones", async () => {
    const { course } = await publishedCourse(await newOrganization());
    await expectForeignIsMissing(course.id, "Course", (id) => analytics(id, world.admin));
    const named = await query("lms.instructor.analytics", { courseId: course.id }, world.admin);
    expect(named.status).toBe(404);
  });
});

it.each([100, 4_000])("read no more rows where %d learners are enrolled", async (count) => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world);
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
     INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version, learner_id, course_id,
       status, completion_pct, price_paid_amount, price_paid_currency, enrolled_at, source)
     SELECT printf('%s-%08d', ?1, i), ?2, 0, 0, 1, 'l-' || i, ?1, iif(i % 2, 'active', 'completed'), 50,
       0, 'USD', 0, 'self' FROM n`,
    course.id,
    world.orgId,
    count,
  );
  for (const path of [
    `/lms/instructor/courses/${course.id}/analytics`,
    "/lms/admin/analytics/overview",
  ]) {
    ok(await http("GET", path, { as: world.admin }));
    const answer = await http("GET", path, { as: world.admin });
    expect(ok(answer).enrollments).toMatchObject({ total: count });
    expect(answer.body).toMatchObject({ averageProgress: 50, completionRate: 50 });
    expect([answer.trips, rowsRead(answer) < 200]).toEqual([1, true]);
  }
});
