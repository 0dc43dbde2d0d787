import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { certified, learning } from "../harness/learner.ts";
import { command, drain, http, type Json, newOrganization, ok, rows } from "../harness/world.ts";

/** A certificate is drawn as a document before it is told to be there. */
vi.setConfig({ testTimeout: 30_000 });

const dashboard = (as: Parameters<typeof enrolled>[2], rest = "") =>
  http("GET", `/lms/me/dashboard${rest}`, as ? { as } : {});
const rowsRead = (answer: { headers: Headers }): number =>
  Number(/trips (\d+) rows/.exec(answer.headers.get("server-timing") ?? "")?.[1]);

it("shows a learner's courses with the step that comes next, in one trip", async () => {
  const way = await learning({ modules: [{ title: "One" }, { title: "Two" }] });
  const { world, courseId, enrollmentId } = way;
  ok(await way.complete(0));
  const answer = await dashboard(world.learner);
  expect(answer.trips).toBe(1);
  expect(ok(answer)).toMatchObject({
    enrollments: [
      {
        enrollmentId,
        courseId,
        title: "Course",
        completionPct: 50,
        nextStep: { moduleId: way.moduleId(1), title: "Two", locked: false },
      },
    ],
    dueSoon: [],
    upcomingSessions: [],
    certificates: [],
  });
});

it("shows work that is due within a week, however its date is set, until it is handed in", async () => {
  const way = await learning({
    modules: [{ title: "One" }, { title: "Hidden", isPublished: false }],
  });
  const { world, courseId } = way;
  const given = async (title: string, due: Json, moduleId?: string) =>
    ok(
      await command(
        "lms.assignment.create",
        {
          ...(moduleId === undefined ? { courseId } : { moduleId }),
          title,
          instructions: "Write",
          type: "text-response",
          maxScore: 10,
          passingScore: 5,
          ...due,
        },
        world.instructor,
      ),
    ).id as string;
  const inDays = (days: number) => ({
    absoluteDueDate: new Date(Date.now() + days * 86_400_000).toISOString(),
  });
  const soon = await given("Soon", inDays(2));
  await given("From enrolling", { dueHoursAfterEnrollment: 24 });
  await given("Later", inDays(8));
  await given("Over", inDays(-1));
  await given("Never", {});
  await given("Unseen", inDays(3), way.moduleId(1));
  const due = async () => ok(await dashboard(world.learner)).dueSoon.map((one: Json) => one.title);
  expect(await due()).toEqual(["From enrolling", "Soon"]);
  ok(
    await command("lms.submission.create", { assignmentId: soon, content: "Done" }, world.learner),
  );
  expect(await due()).toEqual(["From enrolling"]);
});

it("shows sessions ahead of the learner's cohorts and what is live, not what is over or cancelled", async () => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world, { course: { type: "hybrid" } });
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const dates = { startDate: at(1).slice(0, 10), endDate: at(60).slice(0, 10), timezone: "UTC" };
  const cohort = ok(
    await command(
      "lms.cohort.create",
      { courseId: course.id, name: "C", capacity: 5, ...dates },
      world.instructor,
    ),
  );
  const session = async (title: string, days: number) =>
    ok(
      await command(
        "lms.session.create",
        { cohortId: cohort.id, title, scheduledAt: at(days), durationMinutes: 60 },
        world.instructor,
      ),
    ).id as string;
  await session("Later", 20);
  await session("Next", 5);
  const live = await session("Now", 2);
  const over = await session("Over", 3);
  const off = await session("Off", 4);
  ok(await command("lms.session.cancel", { sessionId: off }, world.instructor));
  for (const sessionId of [live, over]) {
    ok(await command("lms.session.start", { sessionId }, world.instructor));
  }
  ok(await command("lms.session.end", { sessionId: over }, world.instructor));
  const body = { courseId: course.id, cohortId: cohort.id };
  ok(await http("POST", "/lms/enrollments", { as: world.learner, body }));
  const { upcomingSessions } = ok(await dashboard(world.learner));
  expect(upcomingSessions.map((one: Json) => [one.title, one.status])).toEqual([
    ["Now", "live"],
    ["Next", "scheduled"],
    ["Later", "scheduled"],
  ]);
  const { upcomingSessions: others } = ok(await dashboard(await world.newPerson("learner")));
  expect(others).toEqual([]);
  await drain(world.orgId);
});

it("shows certificates that hold, and a completed course no more", async () => {
  const { world, certificate } = await certified();
  const shown = ok(await dashboard(world.learner));
  expect(shown.enrollments).toEqual([]);
  expect(shown.certificates).toMatchObject([
    { certificateId: certificate.id, verificationCode: certificate.verificationCode },
  ]);
  const revoke = { certificateId: certificate.id, reason: "Trial" };
  ok(await command("lms.certificate.revoke", revoke, world.admin));
  expect(ok(await dashboard(world.learner)).certificates).toEqual([]);
  await drain(world.orgId);
});

it("is of the caller in this organization alone, and of nobody without a name", async () => {
  const way = await learning();
  expect(ok(await dashboard(way.world.instructor)).enrollments).toEqual([]);
  const other = await newOrganization();
  expect(ok(await dashboard(other.learner)).enrollments).toEqual([]);
  expect((await dashboard(undefined, `?org=${way.world.slug}`)).status).toBe(401);
});

it.each([20, 2_000])("reads as few rows of a learner with %d enrollments", async (count) => {
  const world = await newOrganization();
  const { course } = await publishedCourse(world);
  await enrolled(world, course.id);
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
     INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version, learner_id, course_id,
       status, price_paid_amount, price_paid_currency, enrolled_at, source)
     SELECT printf('%s-%08d', ?1, i), ?2, 0, 0, 1, ?4, 'c-' || i, 'active', 0, 'USD', 0, 'self' FROM n`,
  )
    .bind(`0-${world.orgId}`, world.orgId, count, world.learner.id)
    .run();
  ok(await dashboard(world.learner));
  const answer = await dashboard(world.learner);
  expect(ok(answer).enrollments).toHaveLength(1);
  expect([answer.trips, rowsRead(answer) < 200]).toEqual([1, true]);
  const [left] = await rows(
    "SELECT count(*) AS n FROM lms_enrollments WHERE learner_id = ?",
    world.learner.id,
  );
  expect(left?.n).toBe(count + 1);
});
