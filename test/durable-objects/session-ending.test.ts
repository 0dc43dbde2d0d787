import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { MINUTE, SECOND } from "../../src/kernel/time.ts";
import { lmsLiveSessions, lmsSessionAttendance } from "../../src/live/schema.ts";
import { advance, db } from "../harness/world.ts";
import { act, liveRoom, type Room } from "../live/acts.ts";
import { join, killed, objectOf } from "../live/socket.ts";
import { done, run, runTasks } from "../live/world.ts";

beforeEach(() => {
  const at = Date.now();
  clock.now = () => at;
});
afterEach(() => {
  clock.now = () => Date.now();
});

const rowOf = async ({ sessionId }: Room) => {
  const [row] = await db.select().from(lmsLiveSessions).where(eq(lmsLiveSessions.id, sessionId));
  if (!row) throw new Error("No session");
  return row;
};
const plannedEnd = async (here: Room): Promise<number> => {
  const { scheduledAt, durationMinutes } = await rowOf(here);
  return scheduledAt + durationMinutes * MINUTE;
};

/** The alarm is rung as often as there is something due by then. */
async function onward(here: Room, to: number): Promise<void> {
  advance(to - clock.now());
  for (let ring = 0; ring < 4; ring++) await runDurableObjectAlarm(objectOf(here.sessionId));
}

const warned = (inbox: readonly unknown[]): number[] =>
  inbox.flatMap((told) => Object(Object(told).data).warning?.minutesLeft ?? []);

test("everybody is warned once, five minutes before the planned end", async () => {
  const here = await liveRoom();
  const learner = await join(here.sessionId, here.actors.learner);
  const end = await plannedEnd(here);
  await onward(here, end - 5 * MINUTE - SECOND);
  expect(warned(learner.inbox)).toEqual([]);
  await onward(here, end - 5 * MINUTE);
  await onward(here, end - 4 * MINUTE);
  await act(learner, { type: "hand:raise" });
  expect(warned(learner.inbox)).toEqual([5]);
});

test("a session moved meanwhile warns before its new end, not before the old one", async () => {
  const here = await liveRoom();
  const learner = await join(here.sessionId, here.actors.learner);
  const end = await plannedEnd(here);
  await db
    .update(lmsLiveSessions)
    .set({ durationMinutes: 120, version: 99 })
    .where(eq(lmsLiveSessions.id, here.sessionId));
  await onward(here, end - 5 * MINUTE);
  await act(learner, { type: "hand:raise" });
  expect(warned(learner.inbox)).toEqual([]);
  await onward(here, end + 55 * MINUTE);
  await act(learner, { type: "hand:lower" });
  expect(warned(learner.inbox)).toEqual([5]);
});

test("a session that nobody is left in ends half an hour after its planned end, and no sooner", async () => {
  const here = await liveRoom();
  const learner = await join(here.sessionId, here.actors.learner);
  learner.socket.close(1000);
  await learner.closing();
  const end = await plannedEnd(here);
  await onward(here, end + 29 * MINUTE);
  expect((await rowOf(here)).status).toBe("live");
  await onward(here, end + 30 * MINUTE);
  expect(await rowOf(here)).toMatchObject({ status: "ended", endedAt: end + 30 * MINUTE });
});

test("while somebody is there it goes on, and ends once the last has left", async () => {
  const here = await liveRoom();
  const learner = await join(here.sessionId, here.actors.learner);
  const end = await plannedEnd(here);
  await onward(here, end + 30 * MINUTE);
  await onward(here, end + 40 * MINUTE);
  expect((await rowOf(here)).status).toBe("live");
  expect((await act(learner, { type: "chat", text: "One more thing" })).type).toBe("ack");
  learner.socket.close(1000);
  await learner.closing();
  await onward(here, end + 41 * MINUTE);
  await onward(here, end + 46 * MINUTE);
  expect((await rowOf(here)).status).toBe("ended");
});

test("a session prolonged meanwhile is not ended at its old time, though the object was never told", async () => {
  const here = await liveRoom();
  const end = await plannedEnd(here);
  await db
    .update(lmsLiveSessions)
    .set({ durationMinutes: 120, version: 99 })
    .where(eq(lmsLiveSessions.id, here.sessionId));
  await onward(here, end + 30 * MINUTE);
  expect((await rowOf(here)).status).toBe("live");
  await onward(here, end + 90 * MINUTE);
  expect((await rowOf(here)).status).toBe("ended");
});

test("a session cancelled meanwhile is left as it is", async () => {
  const here = await liveRoom();
  const end = await plannedEnd(here);
  await db
    .update(lmsLiveSessions)
    .set({ status: "cancelled", version: 99 })
    .where(eq(lmsLiveSessions.id, here.sessionId));
  await onward(here, end + 30 * MINUTE);
  expect(await rowOf(here)).toMatchObject({ status: "cancelled", endedAt: null, version: 99 });
});

test("an object that lost its storage takes state and attendance from D1 and counts on from there", async () => {
  const here = await liveRoom();
  const { sessionId, actors } = here;
  const first = await join(sessionId, actors.learner);
  advance(60 * SECOND);
  first.socket.close(1000);
  await first.closing();
  await onward(here, clock.now() + 2 * SECOND);
  await runInDurableObject(objectOf(sessionId), async (_, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await killed(sessionId);
  advance(10 * MINUTE);
  const back = await join(sessionId, actors.learner);
  expect((await back.next()).data).toMatchObject({ state: { status: "live" }, chat: [] });
  advance(30 * SECOND);
  await done(run("lms.session.end", { sessionId }, actors.instructor));
  await runTasks();
  await onward(here, clock.now() + 2 * SECOND);
  const attended = await db
    .select()
    .from(lmsSessionAttendance)
    .where(eq(lmsSessionAttendance.sessionId, sessionId));
  expect(attended).toMatchObject([{ learnerId: actors.learner.id, secondsPresent: 90, joins: 2 }]);
});
