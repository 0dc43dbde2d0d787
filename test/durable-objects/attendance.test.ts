import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { MINUTE, SECOND } from "../../src/kernel/time.ts";
import { lmsSessionAttendance } from "../../src/live/schema.ts";
import { advance, db, eventsOf } from "../harness/world.ts";
import { act, type Joined, liveRoom, newLearner } from "../live/acts.ts";
import { join, killed, objectOf } from "../live/socket.ts";
import { done, enroll, newSession, run, runTasks, world } from "../live/world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

/** Time stands still but for what a test advances it by. */
function stillClock(): void {
  const at = Date.now();
  clock.now = () => at;
}

const attended = (sessionId: string) =>
  db
    .select()
    .from(lmsSessionAttendance)
    .where(eq(lmsSessionAttendance.sessionId, sessionId))
    .orderBy(lmsSessionAttendance.learnerId);

async function leave(one: Joined): Promise<void> {
  one.socket.close(1000);
  await one.closing();
}

/** Lets what is gathered for D1 be written. */
async function written(sessionId: string): Promise<void> {
  advance(2 * SECOND);
  await runDurableObjectAlarm(objectOf(sessionId));
}

test("a learner is noted at its first join, and its seconds add up over tabs and reconnects", async () => {
  stillClock();
  const { sessionId, actors } = await liveRoom();
  const startedAt = clock.now();
  const first = await join(sessionId, actors.learner);
  await join(sessionId, actors.instructor);
  await written(sessionId);
  expect(await attended(sessionId)).toMatchObject([
    { learnerId: actors.learner.id, firstJoinedAt: startedAt, lastLeftAt: null, joins: 1 },
  ]);
  advance(58 * SECOND);
  const second = await join(sessionId, actors.learner);
  await leave(first);
  advance(30 * SECOND);
  await leave(second);
  advance(100 * SECOND);
  const third = await join(sessionId, actors.learner);
  advance(7 * SECOND);
  await leave(third);
  const left = clock.now();
  await written(sessionId);
  expect(await attended(sessionId)).toMatchObject([
    { secondsPresent: 60 + 30 + 7, joins: 2, firstJoinedAt: startedAt, lastLeftAt: left },
  ]);
});

test("presence counts from the beginning to the end of the session, and no second beyond", async () => {
  stillClock();
  const here = await world();
  await enroll(here, { learnerId: here.actors.learner.id });
  const sessionId = await newSession(here);
  const { instructor, learner } = here.actors;
  const early = await newLearner({ ...here, sessionId });
  const gone = await join(sessionId, early);
  await join(sessionId, learner);
  advance(20 * SECOND);
  await leave(gone);
  await written(sessionId);
  expect(await attended(sessionId)).toEqual([]);
  await done(run("lms.session.start", { sessionId }, instructor));
  await runTasks();
  await written(sessionId);
  advance(58 * SECOND);
  const ended = run("lms.session.end", { sessionId }, instructor);
  await done(ended);
  advance(40 * SECOND);
  await runTasks();
  await written(sessionId);
  expect(await attended(sessionId)).toMatchObject([
    { learnerId: learner.id, secondsPresent: 60, joins: 1 },
  ]);
  const [event] = (await eventsOf(sessionId)).filter(({ name }) => name === "session.ended");
  expect(event).toMatchObject({ payload: { attendeeCount: 1 } });
});

test("eviction in the middle changes nothing: who stayed stayed, who left in its sleep left then", async () => {
  stillClock();
  const here = await liveRoom();
  const { sessionId, actors } = here;
  const other = await newLearner(here);
  const stays = await join(sessionId, actors.learner);
  const goes = await join(sessionId, other);
  advance(60 * SECOND);
  await evictDurableObject(objectOf(sessionId));
  advance(15 * SECOND);
  await leave(goes);
  advance(25 * SECOND);
  await leave(stays);
  await written(sessionId);
  const sums = Object.fromEntries(
    (await attended(sessionId)).map((one) => [one.learnerId, one.secondsPresent]),
  );
  expect(sums).toEqual({ [actors.learner.id]: 100, [other.id]: 75 });
});

test("a death in the middle loses no second of who comes back, and no line and no vote", async () => {
  stillClock();
  const here = await liveRoom();
  const { sessionId, actors } = here;
  const other = await newLearner(here);
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  await join(sessionId, other);
  const { data: poll } = await act(teacher, {
    type: "poll:open",
    question: "Here?",
    options: ["Yes", "No"],
  });
  const pollId = String(poll.pollId);
  await act(learner, { type: "chat", text: "before" });
  advance(40 * SECOND);
  await act(learner, { type: "poll:vote", pollId, option: 0 });
  advance(5 * SECOND);
  await killed(sessionId);
  advance(10 * SECOND);
  const back = await join(sessionId, actors.learner);
  expect((await back.next()).data).toMatchObject({
    chat: [{ text: "before" }],
    poll: { pollId, yourVote: 0 },
  });
  const again = await join(sessionId, actors.instructor);
  await act(again, { type: "poll:close", pollId });
  expect((await again.nextOf("session:poll")).data).toMatchObject({ results: [1, 0], votes: 1 });
  advance(5 * SECOND);
  await leave(back);
  await written(sessionId);
  const sums = Object.fromEntries(
    (await attended(sessionId)).map((one) => [one.learnerId, [one.secondsPresent, one.joins]]),
  );
  expect(sums).toEqual({ [actors.learner.id]: [60, 1], [other.id]: [40, 1] });
});

test("who was cut off and stays away for long was there until the room last lived", async () => {
  stillClock();
  const { sessionId, actors } = await liveRoom();
  await join(sessionId, actors.learner);
  for (const _ of [1, 2, 3]) {
    advance(30 * SECOND);
    await runDurableObjectAlarm(objectOf(sessionId));
  }
  await killed(sessionId);
  advance(10 * MINUTE);
  const back = await join(sessionId, actors.learner);
  advance(10 * SECOND);
  await leave(back);
  await written(sessionId);
  expect(await attended(sessionId)).toMatchObject([{ secondsPresent: 100, joins: 2 }]);
});
