import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { type Meter, newMeter } from "../../src/cloudflare/d1.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { deliver } from "../../src/kernel/delivery.ts";
import { envelopeOf } from "../../src/kernel/outbox.ts";
import type { Host } from "../../src/kernel/ports.ts";
import { domainEventLog } from "../../src/kernel/schema.ts";
import { lms } from "../../src/lms.ts";
import { publishedCourse } from "../harness/course.ts";
import { command, db, drain, http, type Json, ok, rows, type World } from "../harness/world.ts";

export type Told = { kind: string; memberId: string; payload: Json };

export const toldIn = async (orgId: string, kind: string): Promise<Told[]> =>
  (
    await rows<Told & { payload: string }>(
      `SELECT kind, member_id AS memberId, payload FROM lms_notifications
       WHERE organization_id = ? AND kind = ? ORDER BY id`,
      orgId,
      kind,
    )
  ).map((one) => ({ ...one, payload: JSON.parse(one.payload) }));

type Mail = { recipient: string; subject: string; text: string; html: string; headers: string };

export const mailsTo = (personId: string): Promise<Mail[]> =>
  rows<Mail>(
    "SELECT recipient, subject, text, html, headers FROM lms_mailbox WHERE recipient = ? ORDER BY id",
    `${personId}@people.test`,
  );

export const wish = (personId: string, columns: Json): Promise<unknown> =>
  rows(
    `UPDATE lms_members SET ${Object.keys(columns)
      .map((name) => `${name} = ?`)
      .join(", ")} WHERE user_id = ?`,
    ...Object.values(columns),
    personId,
  );

/** A cohort of a published course, the world's learner in it, and a session ahead. */
export async function inCohort(world: World) {
  const { course } = await publishedCourse(world, { course: { title: "Chemistry" } });
  const dates = { startDate: "2098-12-01", endDate: "2099-12-01", timezone: "Asia/Kolkata" };
  const cohort = ok(
    await command(
      "lms.cohort.create",
      { courseId: course.id, name: "Spring", capacity: 500, ...dates },
      world.instructor,
    ),
  );
  ok(
    await http("POST", "/lms/enrollments", {
      as: world.learner,
      body: { courseId: course.id, cohortId: cohort.id },
    }),
  );
  const at = { scheduledAt: "2099-01-02T10:00:00Z", durationMinutes: 45 };
  const session = ok(
    await command(
      "lms.session.create",
      { cohortId: cohort.id, title: "Acids", ...at },
      world.instructor,
    ),
  );
  await drain(world.orgId);
  return { courseId: String(course.id), cohortId: String(cohort.id), session };
}

/** So many more learners in a cohort, as rows. */
export async function crowd(
  world: World,
  { courseId, cohortId }: { courseId: string; cohortId: string },
  size: number,
): Promise<void> {
  const members = `INSERT INTO lms_members
    (id, organization_id, user_id, display_name, email, roles, locale, preferences, version, created_at, updated_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
    SELECT 'm' || i || ?1, ?1, 'u' || i || ?1, 'L' || i, 'u' || i || ?1 || '@people.test', '["learner"]', 'en', '{}', 0, 0, 0 FROM n`;
  const enrollments = `INSERT INTO lms_enrollments
    (id, organization_id, learner_id, course_id, cohort_id, status, price_paid_amount, price_paid_currency,
     enrolled_at, source, version, created_at, updated_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
    SELECT 'e' || i || ?1, ?1, 'u' || i || ?1, ?3, ?4, 'active', 0, 'USD', 0, 'admin', 0, 0, 0 FROM n`;
  await rows(members, world.orgId, size);
  await rows(enrollments, world.orgId, size, courseId, cohortId);
}

/** Delivers an event of the log again, to listeners whose receipts are gone: a replay at its worst. */
export async function replayed(orgId: string, name: string): Promise<void> {
  const [row] = await db
    .select()
    .from(domainEventLog)
    .where(eq(domainEventLog.organizationId, orgId))
    .then((all) => all.filter((one) => one.eventName === name));
  if (!row) throw new Error(`The log has no ${name}`);
  await rows("DELETE FROM event_deliveries WHERE event_id = ?", row.eventId);
  await onHost((host) => deliver(host, lms, [envelopeOf(row)]));
  await drain(orgId);
}

/** Work on a host of its own, and all that it leaves behind. */
export async function onHost<T>(
  work: (host: Host) => Promise<T>,
  meter: Meter = newMeter(),
): Promise<T> {
  const ctx = createExecutionContext();
  // SAFETY: wrangler.toml binds what Env names.
  const { host } = unitOf(env as unknown as Env, ctx, meter);
  const done = await work(host);
  await waitOnExecutionContext(ctx);
  return done;
}
