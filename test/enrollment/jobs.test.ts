import { afterEach, beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { DAY, HOUR } from "../../src/kernel/time.ts";
import { runJob, runTasksOf } from "../harness/jobs.ts";
import { advance, eventsOf, rows } from "../harness/world.ts";
import { enroll, world } from "../live/world.ts";

/** A Tuesday. */
const NOW = Date.UTC(2027, 0, 12, 7);
const at = (instant: number) => advance(instant - clock.now());
const check = () => runJob("lms.enrollment-expiry-check");
const warning = () => runJob("lms.enrollment-expiry-warning");
const nudge = () => runJob("lms.learner-inactivity-nudge");

beforeEach(async () => {
  at(NOW);
  await rows("DELETE FROM lms_enrollments");
});
afterEach(() => {
  clock.now = () => Date.now();
});

async function learning(fields: Record<string, number | null>) {
  const here = await world();
  const id = await enroll(here, { learnerId: here.actors.learner.id });
  await rows("UPDATE lms_enrollments SET version = 0 WHERE id = ?1", id);
  const set = async (values: Record<string, number | null>) => {
    for (const [column, value] of Object.entries(values)) {
      await rows(`UPDATE lms_enrollments SET ${column} = ?2 WHERE id = ?1`, id, value);
    }
  };
  await set({ last_accessed_at: NOW, ...fields });
  return { ...here, id, set };
}

/** Ten thousand more of a kind, in one organization, so many milliseconds apart. */
const copies = (id: string, column: string, stepMs: number) =>
  rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
     INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version, learner_id,
       course_id, cohort_id, status, price_paid_amount, price_paid_currency, enrolled_at, source,
       expires_at, last_accessed_at)
     SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 0,
       printf('%s-%05d', substr(learner_id, 1, 30), i), course_id, cohort_id, status,
       price_paid_amount, price_paid_currency, enrolled_at, source,
       iif('${column}' = 'expires_at', expires_at + i * ${stepMs}, expires_at),
       iif('${column}' = 'last_accessed_at', last_accessed_at + i * ${stepMs}, last_accessed_at)
     FROM lms_enrollments, n WHERE id = ?1`,
    id,
  );

type Sent = { kind: string; threshold: number; due_at: number };
async function told(orgId: string): Promise<Sent[]> {
  await runTasksOf(orgId);
  return rows<Sent>(
    `SELECT kind, threshold, due_at FROM lms_sends WHERE organization_id = ?1 AND channel = 'in-app'
     ORDER BY id`,
    orgId,
  );
}

test("an active enrollment past its end is expired once, one whose end is ahead is left", async () => {
  const over = await learning({ expires_at: NOW - 1 });
  const ahead = await learning({ expires_at: NOW + HOUR });
  expect(await check()).toMatchObject({ processed: 1, failed: 0 });
  expect(await check()).toMatchObject({ processed: 0, failed: 0 });
  expect((await eventsOf(over.id)).map(({ name }) => name)).toEqual(["enrollment.expired"]);
  expect(await eventsOf(ahead.id)).toEqual([]);
});

test("ten thousand whose time ended, a missed day's too, are expired page by page, and a second run finds none", async () => {
  const { id, orgId, courseId } = await learning({ expires_at: NOW - 2 * DAY });
  await rows("UPDATE lms_courses SET enrolled_count = 10_001 WHERE id = ?1", courseId);
  await copies(id, "expires_at", (2 * DAY) / 10_000);
  const ahead = await learning({ expires_at: NOW + HOUR });
  const run = await check();
  expect(run).toMatchObject({ processed: 10_000, failed: 0, pages: 51 });
  expect(run.rowsMax).toBeLessThan(5_000);
  const log = await rows(
    `SELECT count(*) AS events, count(DISTINCT aggregate_id) AS enrollments FROM domain_event_log
     JOIN lms_enrollments ON lms_enrollments.id = aggregate_id AND lms_enrollments.version = aggregate_version
     WHERE domain_event_log.organization_id = ?1 AND event_name = 'enrollment.expired'
       AND status = 'expired' AND aggregate_version = 1`,
    orgId,
  );
  expect(log).toEqual([{ events: 10_000, enrollments: 10_000 }]);
  const [course] = await rows("SELECT enrolled_count FROM lms_courses WHERE id = ?1", courseId);
  expect(course).toEqual({ enrolled_count: 1 });
  expect(await eventsOf(ahead.id)).toEqual([]);
  expect(await check()).toMatchObject({ processed: 0, failed: 0, pages: 1 });
  at(NOW + 2 * DAY);
  expect(await check()).toMatchObject({ processed: 1 });
  expect(await check()).toMatchObject({ processed: 0 });
}, 60_000);

test("of a page that lost one enrollment to another writer nothing is written", async () => {
  const { id, orgId, set } = await learning({ expires_at: NOW - DAY });
  await copies(id, "expires_at", 1);
  await rows(
    `INSERT INTO domain_event_log (event_id, event_name, version, kind, aggregate_type, aggregate_id,
       aggregate_version, organization_id, actor_type, actor_id, correlation_id, payload, metadata, occurred_at)
     VALUES (?1, 'enrollment.cancelled', 1, 'domain', 'enrollment', ?2, 1, ?3, 'human', 'a', 'c', '{}', '{}', 1)`,
    crypto.randomUUID(),
    id,
    orgId,
  );
  await expect(check()).rejects.toThrow("ended ready");
  const expired =
    "SELECT id FROM lms_enrollments WHERE organization_id = ?1 AND status = 'expired'";
  expect(await rows(expired, orgId)).toEqual([]);
  await set({ version: 1 });
  expect(await check()).toMatchObject({ processed: 10_000, failed: 0 });
}, 60_000);

test("a learner is warned at 30, 7 and 1 days, once each, however often and late the job runs", async () => {
  const { orgId, id } = await learning({ expires_at: NOW + 40 * DAY });
  for (const day of [0, 9, 10, 10, 12, 33, 33, 38, 39, 39]) {
    at(NOW + day * DAY);
    await warning();
    await runTasksOf(orgId);
  }
  const dueAt = NOW + 40 * DAY;
  const key = { kind: "enrollment.expiring-soon", due_at: dueAt };
  expect(await told(orgId)).toEqual([30, 7, 1].map((threshold) => ({ ...key, threshold })));
  expect(await eventsOf(id)).toEqual([]);
});

test("after an outage only the tightest warning is given, and a new end is warned of anew", async () => {
  const { orgId, set } = await learning({ expires_at: NOW + 5 * DAY });
  await warning();
  await runTasksOf(orgId);
  await set({ expires_at: NOW + 6 * DAY });
  await warning();
  expect((await told(orgId)).map(({ threshold, due_at }) => [threshold, due_at])).toEqual([
    [7, NOW + 5 * DAY],
    [7, NOW + 6 * DAY],
  ]);
});

test("ten thousand learners are warned page by page, and a second run warns nobody", async () => {
  const { id, orgId } = await learning({ expires_at: NOW + 3 * DAY });
  await copies(id, "expires_at", 1);
  const run = await warning();
  expect(run).toMatchObject({ processed: 10_000, failed: 0, pages: 51 });
  expect(run.rowsMax).toBeLessThan(2_500);
  await rows(
    `INSERT INTO lms_sends (id, organization_id, kind, subject, recipient_id, threshold, due_at, channel, sent_at)
     SELECT id, organization_id, 'enrollment.expiring-soon', id, learner_id, 7, expires_at, 'in-app', 1
     FROM lms_enrollments WHERE organization_id = ?1`,
    orgId,
  );
  await rows("DELETE FROM lms_tasks WHERE organization_id = ?1", orgId);
  expect(await warning()).toMatchObject({ processed: 0, pages: 51 });
}, 60_000);

test("who stays away is nudged once a spell, and anew after having come back", async () => {
  const { orgId, set } = await learning({ last_accessed_at: NOW - 8 * DAY });
  await learning({ last_accessed_at: NOW - 6 * DAY });
  expect(await nudge()).toMatchObject({ processed: 1 });
  await runTasksOf(orgId);
  at(NOW + 7 * DAY);
  expect(await nudge()).toMatchObject({ processed: 1 });
  expect(await told(orgId)).toEqual([
    { kind: "enrollment.nudge", threshold: 0, due_at: NOW - 8 * DAY },
  ]);
  await set({ last_accessed_at: NOW + 7 * DAY });
  at(NOW + 21 * DAY);
  await nudge();
  expect((await told(orgId)).map(({ due_at }) => due_at)).toEqual([NOW - 8 * DAY, NOW + 7 * DAY]);
});

test("nobody is nudged whose access has ended, nor before the days that the organization says", async () => {
  await learning({ last_accessed_at: NOW - 30 * DAY, expires_at: NOW - HOUR });
  const patient = await learning({ last_accessed_at: NOW - 8 * DAY });
  await rows(
    `INSERT INTO lms_settings (id, organization_id, features, defaults, version, created_at, updated_at)
     VALUES (?1, ?1, '{}', '{"inactivityNudgeDays":14}', 1, 1, 1)`,
    patient.orgId,
  );
  expect(await nudge()).toMatchObject({ processed: 0 });
});

test("ten thousand learners are nudged page by page, and neither a second run nor one after a missed week nudges anew", async () => {
  const { id, orgId } = await learning({ last_accessed_at: NOW - 20 * DAY });
  await copies(id, "last_accessed_at", 1);
  const run = await nudge();
  expect(run).toMatchObject({ processed: 10_000, failed: 0, pages: 51 });
  expect(run.rowsMax).toBeLessThan(2_500);
  await rows(
    `INSERT INTO lms_sends (id, organization_id, kind, subject, recipient_id, threshold, due_at, channel, sent_at)
     SELECT id, organization_id, 'enrollment.nudge', id, learner_id, 0, last_accessed_at, 'in-app', 1
     FROM lms_enrollments WHERE organization_id = ?1`,
    orgId,
  );
  await rows("DELETE FROM lms_tasks WHERE organization_id = ?1", orgId);
  const late = await learning({ last_accessed_at: NOW - HOUR });
  expect(await nudge()).toMatchObject({ processed: 0, pages: 51 });
  at(NOW + 14 * DAY);
  expect(await nudge()).toMatchObject({ processed: 1 });
  await runTasksOf(late.orgId);
  expect(await nudge()).toMatchObject({ processed: 0 });
}, 60_000);
