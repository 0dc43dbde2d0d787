import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { enrolled } from "../harness/course.ts";
import { learning } from "../harness/learner.ts";
import { advance, http, type Json, newOrganization, ok, rows } from "../harness/world.ts";
import { rowsRead, settled, trigger } from "./day.ts";

/** A job of a month, and ten thousand rows, on whatever machine. */
vi.setConfig({ testTimeout: 30_000 });
afterEach(settled);

beforeEach(() => {
  clock.now = () => Date.now();
});

const to = (instant: string) => advance(Date.parse(instant) - clock.now());
const stored = (orgId: string) =>
  rows(
    `SELECT course_id <> '' AS ofCourse, day, created, activated, completed, active_learners AS active,
       new_in_month AS fresh, time_spent_sec AS seconds, modules_completed AS modules
     FROM lms_daily_figures WHERE organization_id = ?1 ORDER BY day, ofCourse`,
    orgId,
  );

it("writes each day that was missed, once however often it runs, and nothing changes for who asks", async () => {
  to("2032-02-28T01:59:00Z");
  await trigger("2032-02-28T02:00:00Z");
  to("2032-02-28T12:00:00Z");
  const way = await learning({ modules: [{ title: "One" }, { title: "Two" }] });
  const { world, courseId } = way;
  advance(60_000);
  ok(await way.report(0, { timeSpentSec: 45 }));
  to("2032-02-29T12:00:00Z");
  ok(await way.complete(0));
  await enrolled(world, courseId, await world.newPerson("learner"));
  to("2032-03-01T12:00:00Z");
  ok(await way.complete(1));

  const asked = async () => {
    const answer = ok(
      await http("GET", `/lms/instructor/courses/${courseId}/analytics?startDate=2032-02-27`, {
        as: world.instructor,
      }),
    );
    return { byDay: answer.byDay as Json[], byMonth: answer.activeByMonth };
  };
  const live = await asked();
  expect(live.byMonth).toEqual([
    { month: "2032-02", activeLearners: 1 },
    { month: "2032-03", activeLearners: 1 },
  ]);
  expect(await stored(world.orgId)).toEqual([]);

  await trigger("2032-03-01T12:01:00Z");
  const figures = { completed: 0, fresh: 0, seconds: 0, modules: 0 };
  const first = { ...figures, created: 1, activated: 1, active: 1, fresh: 1, seconds: 45 };
  const second = { ...figures, created: 1, activated: 1, active: 1, modules: 1 };
  const both = await stored(world.orgId);
  expect(both).toEqual([
    { ofCourse: 0, day: "2032-02-28", ...first },
    { ofCourse: 1, day: "2032-02-28", ...first },
    { ofCourse: 0, day: "2032-02-29", ...second },
    { ofCourse: 1, day: "2032-02-29", ...second },
  ]);
  expect(await asked()).toEqual(live);

  await settled();
  await rows("DELETE FROM lms_job_runs WHERE due_at = ?", Date.parse("2032-03-01T02:00:00Z"));
  await trigger("2032-03-01T12:02:00Z");
  const due = await rows("SELECT count(*) AS n FROM lms_job_runs WHERE finished_at IS NOT NULL");
  expect(due[0]?.n).toBeGreaterThanOrEqual(3);
  expect(await stored(world.orgId)).toEqual(both);
});

it("counts ten thousand enrollments of a day in a page that brings no row of them to the Worker", async () => {
  to("2032-05-01T01:59:00Z");
  await trigger("2032-05-01T02:00:00Z");
  const { orgId, admin } = await newOrganization();
  const noon = Date.parse("2032-05-01T12:00:00Z");
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
     INSERT INTO domain_event_log (event_id, event_name, version, kind, aggregate_type, aggregate_id,
       aggregate_version, organization_id, actor_type, actor_id, correlation_id, payload, metadata, occurred_at, settled_at)
     SELECT ?1 || i, 'enrollment.created', 1, 'domain', 'enrollment', ?1 || i, 1, ?1, 'human', 'a', 'c',
       json_object('courseId', 'course-' || (i % 250)), '{}', ?2, ?2 FROM n`,
    orgId,
    noon,
  );
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
     INSERT INTO lms_learning_days (organization_id, learner_id, day, course_id, active, time_spent_sec, modules_completed)
     SELECT ?1, 'learner-' || (i % 5000), '2032-05-01', 'course-' || (i % 250), 1, 60, 0 FROM n
     WHERE true ON CONFLICT DO NOTHING`,
    orgId,
  );
  to("2032-05-02T01:59:00Z");
  const before = await http("GET", "/lms/admin/analytics/overview?startDate=2032-05-01", {
    as: admin,
  });
  await trigger("2032-05-02T02:00:00Z");
  const [whole] = await rows(
    `SELECT count(*) AS courses, sum(created) AS created FROM lms_daily_figures
     WHERE organization_id = ?1 AND course_id <> '' AND day = '2032-05-01'`,
    orgId,
  );
  expect(whole).toEqual({ courses: 250, created: 10_000 });
  const after = await http("GET", "/lms/admin/analytics/overview?startDate=2032-05-01", {
    as: admin,
  });
  expect(ok(after).byDay[0]).toMatchObject({ created: 10_000, activeLearners: 5_000 });
  expect(ok(after).byDay).toEqual(ok(before).byDay);
  expect(rowsRead(after)).toBeLessThan(200);
});
