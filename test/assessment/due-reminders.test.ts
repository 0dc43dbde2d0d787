import { afterEach, beforeEach, expect, test } from "vitest";
import { lmsAssignments } from "../../src/assessment/schema.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import { newId } from "../../src/kernel/id.ts";
import { DAY, HOUR } from "../../src/kernel/time.ts";
import { runJob, runTasksOf } from "../harness/jobs.ts";
import { advance, db, rows } from "../harness/world.ts";
import { enroll, type World, world } from "../live/world.ts";

const NINE = Date.UTC(2027, 0, 12, 9);
const at = (instant: number) => advance(instant - clock.now());
const reminders = () => runJob("lms.assignment-due-reminders");

beforeEach(async () => {
  at(NINE);
  await rows("DELETE FROM lms_assignments");
  await rows("DELETE FROM lms_enrollments");
});
afterEach(() => {
  clock.now = () => Date.now();
});

type Due = { absoluteDueDate: number } | { dueHoursAfterEnrollment: number };

async function assigned(here: World, due: Due, { deleted = false } = {}): Promise<string> {
  const id = newId();
  await db.insert(lmsAssignments).values({
    id,
    organizationId: here.orgId,
    createdAt: 1,
    updatedAt: 1,
    version: 1,
    deletedAt: deleted ? 1 : null,
    courseId: here.courseId,
    title: "Essay",
    instructions: "Write",
    type: "text-response",
    maxScore: 10,
    passingScore: 5,
    ...due,
  });
  return id;
}

const handIn = (here: World, assignmentId: string, enrollmentId: string) =>
  rows(
    `INSERT INTO lms_submissions (id, organization_id, created_at, updated_at, version, assignment_id,
       enrollment_id, learner_id, attempt_number, status, attachments, submitted_at)
     VALUES (?1, ?2, 1, 1, 1, ?3, ?4, 'l', 1, 'grading', '[]', 1)`,
    newId(),
    here.orgId,
    assignmentId,
    enrollmentId,
  );

/** Who was told of what, in the application. */
async function told({ orgId }: World) {
  await runTasksOf(orgId);
  return rows<{ subject: string; recipient_id: string; due_at: number }>(
    `SELECT subject, recipient_id, due_at FROM lms_sends WHERE organization_id = ?1
       AND kind = 'assignment.due-soon' AND channel = 'in-app' ORDER BY id`,
    orgId,
  );
}

test("who has not handed in is reminded within a day of a shared due date, once", async () => {
  const here = await world();
  const { learner, stranger, other } = here.actors;
  const soon = await assigned(here, { absoluteDueDate: NINE + 20 * HOUR });
  await assigned(here, { absoluteDueDate: NINE + 25 * HOUR });
  await assigned(here, { absoluteDueDate: NINE - 1 });
  await assigned(here, { absoluteDueDate: NINE + HOUR }, { deleted: true });
  await enroll(here, { learnerId: learner.id });
  await enroll(here, { learnerId: other.id, status: "cancelled" });
  await handIn(here, soon, await enroll(here, { learnerId: stranger.id }));
  expect(await reminders()).toMatchObject({ processed: 1 });
  const once = [{ subject: soon, recipient_id: learner.id, due_at: NINE + 20 * HOUR }];
  expect(await told(here)).toEqual(once);
  expect(await reminders()).toMatchObject({ processed: 0 });
  expect(await told(here)).toEqual(once);
});

test("a due date counted from enrollment is each learner's own", async () => {
  const here = await world();
  const assignmentId = await assigned(here, { dueHoursAfterEnrollment: 72 });
  const start = async (learnerId: string, activatedAt: number) => {
    const id = await enroll(here, { learnerId });
    await rows("UPDATE lms_enrollments SET activated_at = ?2 WHERE id = ?1", id, activatedAt);
  };
  const { learner, stranger, other } = here.actors;
  await start(learner.id, NINE - 50 * HOUR);
  await start(stranger.id, NINE - 40 * HOUR);
  await start(other.id, NINE - 72 * HOUR);
  await reminders();
  expect(await told(here)).toEqual([
    { subject: assignmentId, recipient_id: learner.id, due_at: NINE + 22 * HOUR },
  ]);
  at(NINE + DAY);
  await reminders();
  expect((await told(here)).map((one) => one.recipient_id)).toEqual([learner.id, stranger.id]);
});

test("after a missed day whoever is still ahead is reminded, and a moved due date anew", async () => {
  const here = await world();
  const id = await assigned(here, { absoluteDueDate: NINE + 30 * HOUR });
  await enroll(here, { learnerId: here.actors.learner.id });
  at(NINE + 29 * HOUR);
  await reminders();
  await told(here);
  await rows("UPDATE lms_assignments SET absolute_due_date = ?2 WHERE id = ?1", id, NINE + 3 * DAY);
  await reminders();
  at(NINE + 2 * DAY + HOUR);
  await reminders();
  expect((await told(here)).map((one) => one.due_at)).toEqual([NINE + 30 * HOUR, NINE + 3 * DAY]);
});

test("ten thousand learners of one assignment and of many are reminded page by page, each once", async () => {
  const here = await world();
  await assigned(here, { absoluteDueDate: NINE + 10 * HOUR });
  await assigned(here, { dueHoursAfterEnrollment: 10 });
  for (let count = 0; count < 12; count++) {
    await assigned(await world(), { absoluteDueDate: NINE + count * HOUR });
  }
  const id = await enroll(here, { learnerId: here.actors.learner.id });
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
     INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version, learner_id,
       course_id, status, price_paid_amount, price_paid_currency, enrolled_at, source)
     SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 0,
       printf('learner-%05d', i), course_id, status, 0, 'USD', enrolled_at + i / 100, source
     FROM lms_enrollments, n WHERE id = ?1`,
    id,
  );
  const run = await reminders();
  expect(run).toMatchObject({ processed: 20_000, failed: 0 });
  expect(run.rowsMax).toBeLessThan(3_000);
  const [wanted] = await rows<{ count: number }>(
    `SELECT count(DISTINCT notice.value ->> '$.recipientId' || (notice.value ->> '$.subject')) AS count
     FROM lms_tasks, json_each(payload, '$.notices') AS notice
     WHERE organization_id = ?1 AND kind = 'notifications.tell'`,
    here.orgId,
  );
  expect(wanted?.count).toBe(20_000);
}, 60_000);
