import { runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { lmsSettings } from "../../src/identity/schema.ts";
import { DAY, HOUR, iso, MINUTE } from "../../src/kernel/time.ts";
import { lmsLiveSessions } from "../../src/live/schema.ts";
import { runJob } from "../harness/jobs.ts";
import { advance, db, eventsOf, rows } from "../harness/world.ts";
import { objectOf } from "./socket.ts";
import { done, newSession, run, runTasks, type World, world } from "./world.ts";

const NINE = Date.UTC(2027, 0, 11, 9);
const at = (instant: number) => advance(instant - clock.now());
const daily = (options = {}) => runJob("lms.session-reminders-1day", options);
const quarterly = (options = {}) => runJob("lms.session-reminders-30min", options);

beforeEach(async () => {
  at(NINE);
  await rows("DELETE FROM lms_live_sessions");
});
afterEach(() => {
  clock.now = () => Date.now();
});

async function sessionAt(scheduledAt: number): Promise<World & { sessionId: string }> {
  const here = await world();
  const sessionId = await newSession(here);
  await move(sessionId, scheduledAt);
  return { ...here, sessionId };
}
const move = (sessionId: string, scheduledAt: number) =>
  db.update(lmsLiveSessions).set({ scheduledAt }).where(eq(lmsLiveSessions.id, sessionId));

/** The thresholds that a session's learners were reminded at. */
const reminded = async (sessionId: string): Promise<number[]> =>
  (await eventsOf(sessionId))
    .filter(({ name }) => name === "session.reminder-trigger")
    .map(({ payload }) => payload.minutesBefore);

test("a job that runs twice in a row reminds once", async () => {
  const { sessionId } = await sessionAt(NINE + 20 * HOUR);
  await daily();
  await daily();
  expect(await reminded(sessionId)).toEqual([1440]);
});

test("after a missed day each session still ahead is reminded once, by its tightest threshold", async () => {
  const near = await sessionAt(NINE + 2 * DAY + 20 * MINUTE);
  const far = await sessionAt(NINE + 2 * DAY + 20 * HOUR);
  const gone = await sessionAt(NINE + DAY);
  at(NINE + 2 * DAY);
  await daily();
  await quarterly();
  await quarterly();
  expect(await reminded(near.sessionId)).toEqual([30]);
  expect(await reminded(far.sessionId)).toEqual([1440]);
  expect(await reminded(gone.sessionId)).toEqual([]);
});

test("a session moved after its reminder is reminded anew, and not twice of one time", async () => {
  const { sessionId } = await sessionAt(NINE + 20 * HOUR);
  await daily();
  await move(sessionId, NINE + DAY + 10 * HOUR);
  await daily();
  expect(await reminded(sessionId)).toEqual([1440]);
  at(NINE + DAY);
  await daily();
  await daily();
  expect(await reminded(sessionId)).toEqual([1440, 1440]);
});

test("an organization's own thresholds stand in for the two", async () => {
  const here = await sessionAt(NINE + 100 * MINUTE);
  await db.insert(lmsSettings).values({
    id: here.orgId,
    organizationId: here.orgId,
    features: {},
    defaults: { sessionReminderMinutes: [2880, 120, 10] },
    version: 1,
    createdAt: 1,
    updatedAt: 1,
  });
  await quarterly();
  at(NINE + 91 * MINUTE);
  await quarterly();
  await quarterly();
  expect(await reminded(here.sessionId)).toEqual([120, 10]);
});

test("without alarms a reminder goes out at the last run before its moment", async () => {
  const { sessionId } = await sessionAt(NINE + 40 * MINUTE);
  await quarterly({ alarms: true });
  expect(await reminded(sessionId)).toEqual([]);
  await quarterly({ alarms: false });
  await quarterly({ alarms: false });
  expect(await reminded(sessionId)).toEqual([30]);
});

test("ten thousand sessions are reminded page by page, each once", async () => {
  const here = await world();
  await newSession(here);
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
     INSERT INTO lms_live_sessions (id, organization_id, created_at, updated_at, version, cohort_id,
       course_id, instructor_id, title, scheduled_at, duration_minutes, provider, status)
     SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 1, cohort_id, course_id,
       instructor_id, title, 0, 60, provider, status FROM lms_live_sessions, n`,
  );
  // Each hundredth is due now: the others are passed over.
  await rows(
    "UPDATE lms_live_sessions SET scheduled_at = ?1 + iif(rowid % 100 = 0, 10, 300) * 60000",
    NINE,
  );
  const first = await quarterly();
  expect(first).toMatchObject({ processed: 100, failed: 0, pages: 201 });
  expect(first.rowsMax).toBeLessThan(2_000);
  expect(await quarterly()).toMatchObject({ processed: 0 });
  const [events] = await rows<{ count: number }>(
    "SELECT count(*) AS count FROM domain_event_log WHERE organization_id = ?1 AND event_name = 'session.reminder-trigger'",
    here.orgId,
  );
  expect(events?.count).toBe(100);
}, 60_000);

test("the object's alarm rings at each moment, and the net behind it reminds nobody again", async () => {
  const { sessionId, actors } = await sessionAt(NINE + 3 * DAY);
  const alarm = () =>
    runInDurableObject(objectOf(sessionId), async (_, { storage }) => storage.getAlarm());
  const ring = () => runInDurableObject(objectOf(sessionId), (object) => object.alarm());
  const scheduledAt = NINE + 2 * DAY;
  await done(
    run("lms.session.update", { sessionId, scheduledAt: iso(scheduledAt) }, actors.instructor),
  );
  await runTasks();
  expect(await alarm()).toBe(scheduledAt - DAY);
  at(scheduledAt - DAY);
  await ring();
  expect(await reminded(sessionId)).toEqual([1440]);
  expect(await alarm()).toBe(scheduledAt - 30 * MINUTE);
  await daily();
  at(scheduledAt - 30 * MINUTE);
  await ring();
  await quarterly();
  expect(await reminded(sessionId)).toEqual([1440, 30]);
  expect(await alarm()).toBeNull();
});

test("an alarm that rings for a time that was moved since reminds nobody", async () => {
  const { sessionId, actors } = await sessionAt(NINE + 3 * DAY);
  const update = { sessionId, scheduledAt: iso(NINE + 2 * DAY) };
  await done(run("lms.session.update", update, actors.instructor));
  await runTasks();
  await move(sessionId, NINE + 5 * DAY);
  at(NINE + DAY);
  await runInDurableObject(objectOf(sessionId), (object) => object.alarm());
  expect(await reminded(sessionId)).toEqual([]);
});
