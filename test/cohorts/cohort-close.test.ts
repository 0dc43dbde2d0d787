import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { PAGE_COMMANDS } from "../../src/kernel/job.ts";
import { HOUR } from "../../src/kernel/time.ts";
import { publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import {
  advance,
  drain,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  rows,
  type World,
} from "../harness/world.ts";
import { confirm, expectBooksBalance, PRICE } from "../payments/paid.ts";
import { type Fault, faultyWorker } from "../reliability/worker.ts";

const dates = { startDate: "2031-01-01", endDate: "2031-06-30", timezone: "UTC" };

beforeEach(() => {
  clock.now = () => Date.now();
});
afterEach(() => {
  clock.now = () => Date.now();
});

async function newCohort({ instructor }: World, courseId: string, capacity: number) {
  const body = { courseId, name: "Cohort", capacity, ...dates };
  const { id } = ok(await http("POST", "/lms/instructor/cohorts", { as: instructor, body }));
  return String(id);
}

async function course(price: Json) {
  const world = await newOrganization();
  const made = await publishedCourse(world, { course: { type: "cohort", price } });
  const courseId = String(made.course.id);
  return { world, courseId, from: await newCohort(world, courseId, 100) };
}
type Scene = Awaited<ReturnType<typeof course>>;

async function enroll({ world, courseId, from }: Scene, as?: Person): Promise<Json> {
  const learner = as ?? (await world.newPerson("learner"));
  return ok(
    await http("POST", "/lms/enrollments", { as: learner, body: { courseId, cohortId: from } }),
  );
}

async function enrollPaid(scene: Scene): Promise<Json> {
  const enrollment = await enroll(scene);
  ok(await confirm(scene.world, enrollment.id, { paymentId: enrollment.payment.id }));
  return enrollment;
}

const cancel = ({ world, from }: Scene, moveTo?: string) =>
  http("POST", `/lms/instructor/cohorts/${from}/cancel`, {
    as: world.instructor,
    body: moveTo === undefined ? {} : { moveTo },
  });

const enrollmentsIn = ({ world }: Scene) =>
  rows<{ id: string; status: string; cohort: string }>(
    "SELECT id, status, cohort_id AS cohort FROM lms_enrollments WHERE organization_id = ? ORDER BY id",
    world.orgId,
  );

describe("a cancelled cohort", () => {
  test("moves its learners while the other has seats, gives the rest their money back, and cancels who never paid", async () => {
    const scene = await course(PRICE);
    const { world, courseId, from } = scene;
    const to = await newCohort(world, courseId, 2);
    const waiting = await enroll(scene);
    const paying = [await enrollPaid(scene), await enrollPaid(scene), await enrollPaid(scene)];
    await drain(world.orgId);
    ok(await cancel(scene, to));
    await drain(world.orgId);
    const after = new Map((await enrollmentsIn(scene)).map((one) => [one.id, one]));
    const moved = [...after.values()].filter((one) => one.cohort === to);
    expect(moved).toHaveLength(2);
    expect(after.get(waiting.id)).toMatchObject({ status: "pending-payment", cohort: to });
    const left = paying.filter(({ id }) => after.get(id)?.cohort === from);
    expect(left.map(({ id }) => after.get(id)?.status)).toEqual(["refunded", "refunded"]);
    expect((await eventsOf(left[0]?.id)).map((one) => one.name)).not.toContain(
      "enrollment.cancelled",
    );
    await expectBooksBalance(world.orgId);
    await assertLogAgrees(world.orgId);
  });

  test("without another cancels what was free or waits, and leaves alone who has completed", async () => {
    const scene = await course({ amount: 0, currency: "USD" });
    const { world } = scene;
    const [active, completed] = [await enroll(scene), await enroll(scene)];
    await rows("UPDATE lms_enrollments SET status = 'completed' WHERE id = ?", completed.id);
    ok(await cancel(scene));
    await drain(world.orgId);
    expect(await enrollmentsIn(scene)).toMatchObject([
      { id: active.id, status: "cancelled" },
      { id: completed.id, status: "completed" },
    ]);
    await assertLogAgrees(world.orgId);
  });

  test("cancels the sessions ahead of it and ends the one that is live", async () => {
    const scene = await course({ amount: 0, currency: "USD" });
    const { world, from } = scene;
    const made = async (at: string) =>
      ok(
        await http("POST", `/lms/instructor/cohorts/${from}/sessions`, {
          as: world.instructor,
          body: { title: "Live", scheduledAt: at, durationMinutes: 60 },
        }),
      ).id;
    const live = await made("2031-02-01T10:00:00Z");
    const ahead = await made("2031-02-02T10:00:00Z");
    ok(await http("POST", `/lms/sessions/${live}/start`, { as: world.instructor }));
    ok(await cancel(scene));
    await drain(world.orgId);
    expect((await eventsOf(live)).at(-1)?.name).toBe("session.ended");
    expect((await eventsOf(ahead)).at(-1)?.name).toBe("session.cancelled");
  });

  test("goes through more than a page of learners, each with one event", async () => {
    const scene = await course({ amount: 0, currency: "USD" });
    const { id } = await enroll(scene);
    await rows(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version, learner_id, course_id,
         cohort_id, status, price_paid_amount, price_paid_currency, enrolled_at, source)
       SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 0, printf('learner-%05d', i),
         course_id, cohort_id, status, 0, 'USD', 1, source
       FROM lms_enrollments, n WHERE id = ?1`,
      id,
      2 * PAGE_COMMANDS,
    );
    ok(await cancel(scene));
    await drain(scene.world.orgId);
    const all = 2 * PAGE_COMMANDS + 1;
    expect(await countsOf(scene)).toEqual([{ status: "cancelled", n: all }]);
    expect(await told(scene, "enrollment.cancelled")).toBe(all);
    await assertLogAgrees(scene.world.orgId);
  }, 60_000);

  test("carries on wherever its Worker dies, however often, and does nothing twice", async () => {
    const scene = await course(PRICE);
    const { world, courseId, from } = scene;
    const to = await newCohort(world, courseId, 1);
    for (let count = 0; count < 3; count++) await enrollPaid(scene);
    for (let count = 0; count < 2; count++) await enroll(scene);
    await drain(world.orgId);
    const seen = { writes: 0 };
    const second = Object.assign(/domain_event_log/, {
      test: (text: string) => /insert into "domain_event_log"/.test(text) && ++seen.writes === 2,
    });
    const deaths: Fault = { on: second, moment: "before", times: 0 };
    const worker = faultyWorker({ faults: [deaths] });
    const path = `/lms/instructor/cohorts/${from}/cancel`;
    ok(await worker.http("POST", path, { as: world.instructor, body: { moveTo: to } }));
    await worker.consume("lms-events", worker.events.splice(0));
    deaths.times = Number.POSITIVE_INFINITY;
    let died = 0;
    for (let tries = 0; tries < 9; tries++) {
      seen.writes = 0;
      await worker.consume("lms-jobs", worker.tasks);
      died += seen.writes >= 2 ? 1 : 0;
      advance(HOUR);
    }
    expect(died).toBeGreaterThan(3);
    deaths.times = 0;
    for (let rounds = 0; rounds < 4; rounds++) {
      await worker.consume("lms-events", worker.events.splice(0));
      await worker.consume("lms-jobs", worker.tasks);
      advance(HOUR);
    }
    const after = await enrollmentsIn(scene);
    expect(after.filter((one) => one.cohort === to)).toHaveLength(1);
    expect(await countsOf(scene)).toEqual([
      { status: "cancelled", n: 1 },
      { status: "pending-payment", n: 1 },
      { status: "refunded", n: 3 },
    ]);
    const counts = await Promise.all(
      ["moved", "cancelled", "refunded"].map((act) => told(scene, `enrollment.${act}`)),
    );
    expect(counts).toEqual([1, 1, 3]);
    expect(await told(scene, "payment.refund-requested")).toBe(3);
    const close = await rows(
      "SELECT state FROM lms_tasks WHERE organization_id = ? AND kind = 'cohorts.close'",
      world.orgId,
    );
    expect(close).toEqual([{ state: "done" }]);
    await assertLogAgrees(world.orgId);
  }, 30_000);
});

const told = async ({ world }: Scene, name: string): Promise<number> =>
  (await eventsOf(world.orgId)).filter((one) => one.name === name).length;

const countsOf = ({ world }: Scene) =>
  rows(
    "SELECT status, count(*) AS n FROM lms_enrollments WHERE organization_id = ? GROUP BY status",
    world.orgId,
  );
