import { runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { sessionsPort } from "../../src/cloudflare/objects.ts";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { exportKeyOf } from "../../src/identity/export.ts";
import { SECOND } from "../../src/kernel/time.ts";
import { lmsLiveSessions } from "../../src/live/schema.ts";
import { sessionsOfPerson } from "../../src/live/statements.ts";
import { advance, db } from "../harness/world.ts";
import { act, codeOfAct, liveRoom, newLearner } from "./acts.ts";
import { gathered, join, objectOf } from "./socket.ts";
import { bindings, done, run, runTasks } from "./world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

const everythingKept = (sessionId: string): Promise<string> =>
  runInDurableObject(objectOf(sessionId), (_, { storage: { sql } }) => {
    const tables = sql.exec<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
    );
    const rows = [...tables].flatMap(({ name }) => sql.exec(`SELECT * FROM "${name}"`).toArray());
    return JSON.stringify(rows);
  });

test("a line is told to everybody once, acknowledged to its writer, and in the next welcome", async () => {
  const { sessionId, actors } = await liveRoom();
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  const ack = await act(learner, { type: "chat", text: "  Good evening <b>all</b>\n" });
  expect(ack).toMatchObject({ type: "ack", data: { lineId: expect.any(String) } });
  const line = {
    lineId: ack.data.lineId,
    userId: actors.learner.id,
    name: "learner",
    text: "Good evening <b>all</b>",
    at: expect.any(String),
  };
  for (const one of [teacher, learner]) {
    expect((await one.nextOf("session:chat")).data).toEqual({ change: "line", line });
  }
  const late = await join(sessionId, actors.admin);
  expect((await late.next()).data).toMatchObject({ chat: [line] });
});

test("a line that a moderator deletes is gone from the welcome, the replay and the storage", async () => {
  const { sessionId, actors } = await liveRoom();
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  const { data } = await act(learner, { type: "chat", text: "abracadabra" });
  const lineId = String(data.lineId);
  expect(await codeOfAct(learner, { type: "chat:delete", lineId })).toBe("PERMISSION_DENIED");
  expect(await codeOfAct(teacher, { type: "chat:delete", lineId })).toBe("ack");
  expect(await codeOfAct(teacher, { type: "chat:delete", lineId })).toBe("NOT_FOUND");
  expect(await everythingKept(sessionId)).not.toContain("abracadabra");
  const back = await join(sessionId, actors.admin, 1);
  expect((await back.nextOf("session:chat")).data).toEqual({ change: "deleted", lineId });
  expect(JSON.stringify(await (await join(sessionId, actors.admin)).next())).not.toContain("abra");
});

test("hands are gathered with their order, and go down with whoever leaves", async () => {
  const here = await liveRoom();
  const { sessionId, actors } = here;
  const second = await newLearner(here, "Second");
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  const other = await join(sessionId, second);
  await act(learner, { type: "hand:raise" });
  advance(10);
  await act(other, { type: "hand:raise" });
  await act(other, { type: "hand:raise" });
  await gathered(sessionId);
  expect((await teacher.nextOf("session:hand")).data).toMatchObject({
    changes: [
      { type: "raise", userId: actors.learner.id },
      { type: "raise", userId: second.id },
    ],
    count: 2,
  });
  const lower = { type: "hand:lower", userId: second.id } as const;
  expect(await codeOfAct(learner, lower)).toBe("PERMISSION_DENIED");
  expect(await codeOfAct(teacher, lower)).toBe("ack");
  learner.socket.close(1000);
  await learner.closing();
  await gathered(sessionId);
  expect((await teacher.nextOf("session:hand")).data).toEqual({
    changes: [
      { type: "lower", userId: actors.learner.id },
      { type: "lower", userId: second.id },
    ],
    count: 0,
  });
});

test("a hundred reactions within a quarter of a second are one message, which no replay repeats", async () => {
  const { sessionId, actors } = await liveRoom();
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  await gathered(sessionId);
  const codes = [];
  for (let time = 0; time < 12; time++) {
    codes.push(await codeOfAct(learner, { type: "react", reaction: "applause" }));
  }
  expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(2);
  await act(teacher, { type: "react", reaction: "heart" });
  await gathered(sessionId);
  const told = await teacher.nextOf("session:reaction");
  expect(told.data).toEqual({ counts: { applause: 10, heart: 1 } });
  const since = (told.seq ?? 0) - 1;
  await act(learner, { type: "chat", text: "Thanks" });
  const back = await join(sessionId, actors.admin, since);
  expect(await back.next()).toMatchObject({ type: "session:chat", seq: since + 2 });
});

test("a person has one vote, from whatever tab, and nobody is told whose is whose", async () => {
  const { sessionId, actors } = await liveRoom();
  const teacher = await join(sessionId, actors.instructor);
  const [one, two] = [await join(sessionId, actors.learner), await join(sessionId, actors.learner)];
  const ask = { type: "poll:open", question: "Faster?", options: ["Yes", "No"] } as const;
  expect(await codeOfAct(one, { ...ask, options: [...ask.options] })).toBe("PERMISSION_DENIED");
  const { data } = await act(teacher, { ...ask, options: [...ask.options] });
  const pollId = String(data.pollId);
  expect(await codeOfAct(teacher, { ...ask, options: [...ask.options] })).toBe("CONFLICT");
  const votes = await Promise.all([
    codeOfAct(one, { type: "poll:vote", pollId, option: 1 }),
    codeOfAct(two, { type: "poll:vote", pollId, option: 0 }),
  ]);
  expect(votes.toSorted()).toEqual(["DUPLICATE", "ack"]);
  expect(await codeOfAct(teacher, { type: "poll:vote", pollId, option: 2 })).toBe(
    "VALIDATION_FAILED",
  );
  await gathered(sessionId);
  expect((await teacher.nextOf("session:poll")).data).toMatchObject({ change: "opened" });
  expect((await teacher.nextOf("session:poll")).data).toEqual({
    change: "votes",
    pollId,
    votes: 1,
  });
  const mine = (votes[0] === "ack" ? 1 : 0) as number;
  const again = await join(sessionId, actors.learner);
  expect((await again.next()).data).toMatchObject({ poll: { pollId, votes: 1, yourVote: mine } });
  expect(await codeOfAct(teacher, { type: "poll:close", pollId })).toBe("ack");
  const closed = await teacher.nextOf("session:poll");
  const results = mine === 1 ? [0, 1] : [1, 0];
  expect(closed.data).toEqual({ change: "closed", pollId, results, votes: 1 });
  expect(await codeOfAct(two, { type: "poll:vote", pollId, option: 0 })).toBe("NOT_FOUND");
});

test("the host puts somebody in the light and mutes the learners' chat; everybody sees both", async () => {
  const { sessionId, actors } = await liveRoom();
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  const light = { type: "spotlight", userId: actors.learner.id } as const;
  expect(await codeOfAct(learner, light)).toBe("PERMISSION_DENIED");
  expect(await codeOfAct(teacher, { ...light, userId: "nobody" })).toBe("NOT_FOUND");
  expect(await codeOfAct(teacher, light)).toBe("ack");
  expect(await codeOfAct(teacher, { type: "mute", muted: true })).toBe("ack");
  expect(await codeOfAct(learner, { type: "chat", text: "May I?" })).toBe("PERMISSION_DENIED");
  expect(await codeOfAct(teacher, { type: "chat", text: "Later" })).toBe("ack");
  const late = await join(sessionId, actors.learner);
  expect((await late.next()).data).toMatchObject({
    state: { chatMuted: true, spotlight: { userId: actors.learner.id, name: "learner" } },
  });
});

test("who is removed is gone from all tabs, and stays out until it is let in again", async () => {
  const { sessionId, actors } = await liveRoom();
  const teacher = await join(sessionId, actors.instructor);
  const tabs = [await join(sessionId, actors.learner), await join(sessionId, actors.learner)];
  const userId = actors.learner.id;
  expect(await codeOfAct(teacher, { type: "remove", userId: actors.instructor.id })).toBe(
    "PERMISSION_DENIED",
  );
  expect(await codeOfAct(teacher, { type: "remove", userId })).toBe("ack");
  for (const tab of tabs) expect(await tab.closing()).toMatchObject({ code: 4404 });
  const again = await join(sessionId, actors.learner);
  expect(await again.closing()).toMatchObject({ code: 4404 });
  const host = await join(sessionId, actors.instructor);
  expect((await host.next()).data).toMatchObject({ removed: [{ userId, name: "learner" }] });
  expect(await codeOfAct(teacher, { type: "readmit", userId })).toBe("ack");
  const back = await join(sessionId, actors.learner);
  expect((await back.next()).type).toBe("welcome");
});

test("an admin looks on: it sees all, is seen by nobody, says nothing, and may moderate", async () => {
  const { sessionId, actors } = await liveRoom();
  const learner = await join(sessionId, actors.learner);
  await gathered(sessionId);
  const admin = await join(sessionId, actors.admin);
  expect((await admin.next()).data).toMatchObject({
    you: { role: "observer", may: { speak: false, lead: false, moderate: true } },
    participants: { count: 1, page: [{ userId: actors.learner.id }] },
  });
  for (const frame of [
    { type: "chat", text: "Hello" },
    { type: "hand:raise" },
    { type: "react", reaction: "heart" },
    { type: "mute", muted: true },
  ] as const) {
    expect(await codeOfAct(admin, frame), frame.type).toBe("PERMISSION_DENIED");
  }
  const { data } = await act(learner, { type: "chat", text: "Hm" });
  await gathered(sessionId);
  expect(JSON.stringify(learner.inbox)).not.toContain(actors.admin.id);
  const lineId = String(data.lineId);
  expect(await codeOfAct(admin, { type: "chat:delete", lineId })).toBe("ack");
});

test("who writes faster than people do is told so, and others go on", async () => {
  const { sessionId, actors } = await liveRoom();
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  const codes: string[] = [];
  for (let at = 0; at < 8; at++)
    codes.push(await codeOfAct(learner, { type: "chat", text: `${at}` }));
  expect(codes.filter((code) => code === "RATE_LIMITED").length).toBeGreaterThanOrEqual(2);
  expect(await codeOfAct(teacher, { type: "chat", text: "I can" })).toBe("ack");
  advance(2 * SECOND);
  expect(await codeOfAct(learner, { type: "chat", text: "again" })).toBe("ack");
});

test("what an erased member said, and its name, are gone from everything that the object keeps", async () => {
  const here = await liveRoom();
  const { sessionId } = here;
  const zenobia = await newLearner(here, "Zenobia");
  const learner = await join(sessionId, zenobia);
  await act(learner, { type: "chat", text: "abracadabra" });
  await act(learner, { type: "hand:raise" });
  await gathered(sessionId);
  const drop = { sessionId, userId: zenobia.id, forget: true };
  expect(await everythingKept(sessionId)).toMatch(/abracadabra.*Zenobia|Zenobia.*abracadabra/);
  await sessionsPort(bindings).drop(drop);
  expect(await learner.closing()).toMatchObject({ code: 4403 });
  const kept = await everythingKept(sessionId);
  expect(kept).not.toContain("abracadabra");
  expect(kept).not.toContain("Zenobia");
  expect(kept).toContain(zenobia.id);
});

test("what the course's instructor said in a session that another leads is found where it is erased", async () => {
  const here = await liveRoom();
  const { sessionId, orgId, actors } = here;
  const ask = { after: "", limit: 5, joinable: false };
  const { instructor, other, stranger } = actors;
  await db
    .update(lmsLiveSessions)
    .set({ instructorId: other.id })
    .where(eq(lmsLiveSessions.id, sessionId));
  await db
    .update(lmsCohorts)
    .set({ instructorId: other.id })
    .where(eq(lmsCohorts.id, here.cohortId));
  for (const { id } of [instructor, other]) {
    expect(await sessionsOfPerson(db, orgId, id, ask)).toEqual([{ id: sessionId }]);
  }
  expect(await sessionsOfPerson(db, orgId, stranger.id, ask)).toEqual([]);
});

test("what a learner wrote is in its export, and what others wrote is not", async () => {
  const { sessionId, orgId, actors } = await liveRoom();
  const learner = await join(sessionId, actors.learner);
  const teacher = await join(sessionId, actors.instructor);
  const { data } = await act(learner, { type: "chat", text: "mine “quoted”" });
  await act(teacher, { type: "chat", text: "theirs" });
  const { id } = await done<{ id: string }>(run("lms.member.export", {}, actors.learner));
  while ((await runTasks("identity.export")) > 0);
  const stored = await bindings.FILES.get(exportKeyOf(orgId, id));
  const file = await stored?.json<{ chat: unknown }>();
  expect(file?.chat).toEqual([
    { sessionId, lineId: data.lineId, text: "mine “quoted”", at: expect.any(String) },
  ]);
});
