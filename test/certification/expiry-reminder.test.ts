import { afterEach, beforeEach, expect, test } from "vitest";
import { lmsCertificates } from "../../src/certification/schema.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { DAY, iso } from "../../src/kernel/time.ts";
import { runJob } from "../harness/jobs.ts";
import { advance, db, eventsOf, rows } from "../harness/world.ts";

const EIGHT = Date.UTC(2027, 4, 3, 8);
const at = (instant: number) => advance(instant - clock.now());
const reminder = () => runJob("lms.certificate-expiry-reminder");

beforeEach(async () => {
  at(EIGHT);
  await rows("DELETE FROM lms_certificates");
});
afterEach(() => {
  clock.now = () => Date.now();
});

async function certificate(expiresAt: number | null, { revoked = false } = {}) {
  const id = newId();
  const row = {
    id,
    organizationId: newId(),
    createdAt: 1,
    updatedAt: 1,
    version: 1,
    enrollmentId: newId(),
    learnerId: newId(),
    courseId: newId(),
    verificationCode: `CERT-${id}`,
    issuedAt: 1,
    expiresAt,
    revoked,
  };
  await db.insert(lmsCertificates).values(row);
  return row;
}

test("its event says whose and when, has no number, and stands beside its key", async () => {
  const one = await certificate(EIGHT + 7 * DAY - 1);
  await reminder();
  expect(await eventsOf(one.id)).toEqual([
    {
      name: "certificate.expiring",
      version: null,
      aggregateType: "certificate",
      payload: {
        certificateId: one.id,
        enrollmentId: one.enrollmentId,
        learnerId: one.learnerId,
        courseId: one.courseId,
        verificationCode: one.verificationCode,
        expiresAt: iso(EIGHT + 7 * DAY - 1),
        daysUntilExpiry: 7,
      },
    },
  ]);
  const keys = await rows("SELECT * FROM lms_sends WHERE subject = ?1", one.id);
  expect(keys).toMatchObject([
    {
      kind: "certificate.expiring",
      organization_id: one.organizationId,
      recipient_id: "",
      threshold: 7,
      due_at: EIGHT + 7 * DAY - 1,
      channel: "trigger",
    },
  ]);
});

test("it is told at 30, 7 and 1 days, once each, whatever days the job missed", async () => {
  const { id } = await certificate(EIGHT + 40 * DAY);
  for (const day of [0, 10, 10, 12, 34, 34, 39, 39, 40, 41]) {
    at(EIGHT + day * DAY);
    await reminder();
  }
  const days = (await eventsOf(id)).map(({ payload }) => payload.daysUntilExpiry);
  expect(days).toEqual([30, 6, 1]);
});

test("nothing is told of what is revoked, has expired or never does", async () => {
  const rest = [
    await certificate(EIGHT + DAY, { revoked: true }),
    await certificate(EIGHT),
    await certificate(null),
  ];
  expect(await reminder()).toMatchObject({ processed: 0 });
  for (const { id } of rest) expect(await eventsOf(id)).toEqual([]);
});

test("ten thousand are told page by page, and a second run tells nobody", async () => {
  const { id, organizationId } = await certificate(EIGHT + 3 * DAY);
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
     INSERT INTO lms_certificates (id, organization_id, created_at, updated_at, version, enrollment_id,
       learner_id, course_id, verification_code, issued_at, expires_at, revoked)
     SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 1,
       printf('%s-%05d', enrollment_id, i), learner_id, course_id,
       printf('%s-%05d', verification_code, i), 1, expires_at, 0 FROM lms_certificates, n WHERE id = ?1`,
    id,
  );
  const run = await reminder();
  expect(run).toMatchObject({ processed: 10_000, failed: 0, pages: 51 });
  expect(run.rowsMax).toBeLessThan(5_000);
  expect(await reminder()).toMatchObject({ processed: 0 });
  const [log] = await rows<{ count: number; certificates: number }>(
    `SELECT count(*) AS count, count(DISTINCT aggregate_id) AS certificates FROM domain_event_log
     WHERE organization_id = ?1`,
    organizationId,
  );
  expect(log).toEqual({ count: 10_000, certificates: 10_000 });
}, 60_000);
