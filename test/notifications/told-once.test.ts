import { describe, expect, test } from "vitest";
import { newMeter } from "../../src/cloudflare/d1.ts";
import { newId } from "../../src/kernel/id.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { lms } from "../../src/lms.ts";
import { audienceToTell, noticesWanted } from "../../src/notifications/statements.ts";
import { certified } from "../harness/learner.ts";
import { command, drain, eventsOf, newOrganization, ok, rows } from "../harness/world.ts";
import { crowd, inCohort, mailsTo, onHost, replayed, toldIn, wish } from "./notices.ts";

const move = (world: Awaited<ReturnType<typeof newOrganization>>, id: string, at: string) =>
  command("lms.session.update", { sessionId: id, scheduledAt: at }, world.instructor);

describe("a learner", () => {
  test("is told of an enrollment in the application and by mail, once, however often the event comes", async () => {
    const world = await newOrganization();
    const { courseId, cohortId } = await inCohort(world);
    for (let again = 0; again < 2; again++) await replayed(world.orgId, "enrollment.activated");
    const told = await toldIn(world.orgId, "enrollment.confirmed");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      memberId: world.learner.id,
      payload: { courseId, cohortId, courseTitle: "Chemistry", path: `/lms/learn/${courseId}` },
    });
    const mails = await mailsTo(world.learner.id);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toBe("You are enrolled in Chemistry");
    expect(mails[0]?.text).toContain("You learn with the group “Spring” from December 1, 2098");
    const events = await eventsOf(world.orgId);
    expect(JSON.stringify(events)).not.toContain("@people.test");
    expect(
      await rows(
        `SELECT recipient_id AS id, channel FROM lms_sends
         WHERE organization_id = ? AND kind = 'enrollment.confirmed' ORDER BY channel`,
        world.orgId,
      ),
    ).toEqual([
      { id: world.learner.id, channel: "email" },
      { id: world.learner.id, channel: "in-app" },
    ]);
  });

  test("reads a moved session's time in her own zone with the host's beside it, once for each time", async () => {
    const world = await newOrganization();
    const { session } = await inCohort(world);
    await wish(world.learner.id, { locale: "ru-RU", time_zone: "America/New_York" });
    await wish(world.instructor.id, { time_zone: "Europe/Berlin" });
    for (const at of ["2099-01-03T18:30:00Z", "2099-01-04T18:30:00Z", "2099-01-03T18:30:00Z"]) {
      ok(await move(world, session.id, at));
      await drain(world.orgId);
    }
    const mails = (await mailsTo(world.learner.id)).filter((one) => one.subject.includes("Acids"));
    expect(mails.map(({ subject }) => subject)).toEqual([
      "«Acids» перенесено: 3 января 2099 г., 13:30 GMT-5",
      "«Acids» перенесено: 4 января 2099 г., 13:30 GMT-5",
    ]);
    expect(mails[0]?.text).toContain(
      "у ведущего это 3 января 2099 г., 19:30 GMT+1 (Europe/Berlin)",
    );
    expect(mails[0]?.text).toContain("Продолжительность: 45 минут");
  });

  test("hears nothing of a session that was moved on before the page was read", async () => {
    const world = await newOrganization();
    const { session, cohortId, courseId } = await inCohort(world);
    const stale = Date.parse("2099-05-05T00:00:00Z");
    await onHost(async (host) => {
      const about = { sessionId: session.id, cohortId, courseId };
      const wanted = audienceToTell(
        "session.reminder",
        { cohortId },
        { subject: session.id, threshold: 30, dueAt: stale, about },
      );
      await insertTask(world.orgId, wanted, host.id());
    });
    await runAll(world.orgId);
    expect(await toldIn(world.orgId, "session.reminder")).toEqual([]);
  });

  test("who is suspended, erased or has left is told nothing, and without an address in the application alone", async () => {
    const world = await newOrganization();
    const { session } = await inCohort(world);
    const tell = async (at: string) => {
      ok(await move(world, session.id, at));
      await drain(world.orgId);
      const told = await toldIn(world.orgId, "session.rescheduled");
      const mails = await mailsTo(world.learner.id);
      return [told.length, mails.length - 1];
    };
    await wish(world.learner.id, { suspended_at: 1 });
    expect(await tell("2099-02-01T00:00:00Z")).toEqual([0, 0]);
    await wish(world.learner.id, { suspended_at: null, deleted_at: 1 });
    expect(await tell("2099-02-02T00:00:00Z")).toEqual([0, 0]);
    await wish(world.learner.id, { deleted_at: null, roles: "[]" });
    expect(await tell("2099-02-03T00:00:00Z")).toEqual([0, 0]);
    await wish(world.learner.id, { roles: '["learner"]', email: null });
    expect(await tell("2099-02-04T00:00:00Z")).toEqual([1, 0]);
  });

  test("has the mail of a certificate once its document is there, and once", async () => {
    const { world, certificate } = await certified();
    const mails = (await mailsTo(world.learner.id)).filter((one) =>
      one.text.includes(certificate.verificationCode),
    );
    expect(mails).toHaveLength(1);
    const [issued] = await rows<{ key: string }>(
      "SELECT document_key AS key FROM lms_certificates WHERE id = ?",
      certificate.id,
    );
    expect(issued?.key).toContain(certificate.id);
    await replayed(world.orgId, "certificate.issued");
    expect(await toldIn(world.orgId, "certificate.issued")).toHaveLength(1);
    ok(
      await command(
        "lms.certificate.revoke",
        { certificateId: certificate.id, reason: "Copied <work>" },
        world.admin,
      ),
    );
    await drain(world.orgId);
    const last = (await mailsTo(world.learner.id)).at(-1);
    expect(last?.text).toContain("Reason: Copied <work>");
    expect(last?.html).toContain("Reason: Copied &lt;work&gt;");
    const [notice] = await toldIn(world.orgId, "certificate.revoked");
    expect(JSON.stringify(notice)).not.toContain("Copied");
  });
});

describe("a cohort of 130", () => {
  test("is told by pages, each once, though the walk is killed between them and two Workers run it at once", async () => {
    const world = await newOrganization();
    const { session, cohortId, courseId } = await inCohort(world);
    await crowd(world, { courseId, cohortId }, 129);
    const key = { subject: session.id, threshold: 30, dueAt: Date.parse(session.scheduledAt) };
    const wanted = audienceToTell(
      "session.reminder",
      { cohortId },
      { ...key, about: { sessionId: session.id, cohortId, courseId } },
    );
    const first = newId();
    await insertTask(world.orgId, wanted, first);
    const ref = { id: first, orgId: world.orgId, queue: "notifications" as const };
    await onHost((host) => runTask(host, lms, ref));
    await runAll(world.orgId, first);
    expect(await toldIn(world.orgId, "session.reminder")).toHaveLength(50);
    await insertTask(world.orgId, wanted, newId());
    await Promise.all([runAll(world.orgId), runAll(world.orgId)]);
    await runAll(world.orgId);
    const told = await toldIn(world.orgId, "session.reminder");
    expect(new Set(told.map(({ memberId }) => memberId)).size).toBe(130);
    expect(told).toHaveLength(130);
    const mails = await rows(
      "SELECT recipient FROM lms_mailbox WHERE organization_id = ? AND subject LIKE 'Acids starts%'",
      world.orgId,
    );
    expect(mails).toHaveLength(130);
  }, 30_000);
});

test("a page of notices reads no more rows of a ledger that has ten thousand of its kind", async () => {
  const world = await newOrganization();
  const { courseId, cohortId, session } = await inCohort(world);
  await rows(
    `INSERT INTO lms_sends (id, organization_id, kind, subject, recipient_id, channel, sent_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
     SELECT ?1 || i, ?1, 'session.reminder', 's' || i, 'r' || i, 'in-app', 1 FROM n`,
    world.orgId,
  );
  const about = { sessionId: session.id, cohortId, courseId };
  const key = { subject: session.id, threshold: 30, dueAt: Date.parse(session.scheduledAt) };
  const [wanted] = noticesWanted("session.reminder", [
    { ...key, recipientId: world.learner.id, about },
  ]);
  if (!wanted) throw new Error("Nothing is wanted");
  const id = newId();
  await insertTask(world.orgId, wanted, id);
  const meter = newMeter();
  const ref = { id, orgId: world.orgId, queue: "notifications" as const };
  await onHost((host) => runTask(host, lms, ref), meter);
  expect(await toldIn(world.orgId, "session.reminder")).toHaveLength(1);
  expect([meter.trips, meter.rows < 100]).toEqual([3, true]);
});

async function insertTask(
  orgId: string,
  task: ReturnType<typeof audienceToTell>,
  id: string,
): Promise<void> {
  await rows(
    `INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
     VALUES (?, ?, ?, ?, 'ready', ?, ?, 0, 'trial', 0, 0)`,
    id,
    orgId,
    task.kind,
    task.subject,
    task.step,
    JSON.stringify(task.payload),
  );
}

/** Runs whatever is due, as a relay would; `but` is left as if its Worker were dead. */
async function runAll(orgId: string, but = ""): Promise<void> {
  for (;;) {
    const ready = await rows<{ id: string }>(
      `SELECT id FROM lms_tasks WHERE organization_id = ? AND state = 'ready'
       AND kind LIKE 'notifications.%' AND id <> ? AND leased_until IS NULL ORDER BY id`,
      orgId,
      but,
    );
    if (ready.length === 0) return;
    for (const { id } of ready) {
      await rows("UPDATE lms_tasks SET next_at = 0 WHERE id = ?", id);
      await onHost((host) => runTask(host, lms, { id, orgId, queue: "notifications" }));
    }
  }
}
