import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { sessionsPort } from "../../src/cloudflare/objects.ts";
import { lmsMembers } from "../../src/identity/schema.ts";
import { isRefusal } from "../../src/kernel/error.ts";
import { TICKET_MS } from "../../src/live/ticket.ts";
import { advance, db } from "../harness/world.ts";
import { gathered, join, objectOf, open, ticketOf } from "../live/socket.ts";
import {
  bindings,
  done,
  enroll,
  newSession,
  run,
  runTasks,
  type World,
  world,
} from "../live/world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

async function room(): Promise<World & { sessionId: string }> {
  const here = await world();
  await enroll(here, { learnerId: here.actors.learner.id });
  return { ...here, sessionId: await newSession(here) };
}

const refusedBy = async (answer: ReturnType<typeof open>): Promise<string> => {
  const settled = await answer;
  return isRefusal(settled) ? settled.refused : `opened ${settled.status}`;
};

test("whoever joins is welcomed with the state, the participants and the last sequence number", async () => {
  const { sessionId, orgId, actors } = await room();
  const { next } = await join(sessionId, actors.learner);
  expect(await next()).toEqual({
    type: "welcome",
    channel: `org:${orgId}:lms:session:${sessionId}`,
    data: {
      state: {
        status: "scheduled",
        plannedEnd: expect.any(String),
        participantCount: 1,
        spotlight: null,
        chatMuted: false,
      },
      you: {
        userId: actors.learner.id,
        name: "learner",
        role: "learner",
        may: { speak: true, lead: false, moderate: false },
      },
      participants: {
        count: 1,
        page: [{ userId: actors.learner.id, name: "learner" }],
        next: null,
      },
      hands: [],
      chat: [],
      poll: null,
      seq: 0,
    },
    timestamp: expect.any(Number),
    seq: 0,
  });
});

test("joins and leaves are told once, gathered into one message, and several tabs are one person", async () => {
  const { sessionId, actors } = await room();
  const teacher = await join(sessionId, actors.instructor);
  const tabs = [await join(sessionId, actors.learner), await join(sessionId, actors.learner)];
  await gathered(sessionId);
  expect((await teacher.nextOf("session:presence")).data).toEqual({
    changes: [
      { type: "join", userId: actors.instructor.id, name: "instructor", role: "host" },
      { type: "join", userId: actors.learner.id, name: "learner" },
    ],
    count: 2,
  });
  tabs[0]?.socket.close(1001);
  await tabs[0]?.closing();
  await gathered(sessionId);
  tabs[1]?.socket.close();
  await tabs[1]?.closing();
  await gathered(sessionId);
  const left = await teacher.nextOf("session:presence");
  expect(left).toMatchObject({
    seq: 2,
    data: { changes: [{ type: "leave", userId: actors.learner.id }], count: 1 },
  });
});

test("who comes and goes within the gathering is never mentioned", async () => {
  const { sessionId, actors } = await room();
  const teacher = await join(sessionId, actors.instructor);
  await gathered(sessionId);
  await teacher.nextOf("session:presence");
  const passing = await join(sessionId, actors.learner);
  passing.socket.close(1000);
  await passing.closing();
  await gathered(sessionId);
  await run("lms.session.start", { sessionId }, actors.instructor);
  await runTasks();
  expect(await teacher.next()).toMatchObject({ type: "session:state", seq: 2 });
});

test("start and end are told to everybody in the room, each once", async () => {
  const { sessionId, actors } = await room();
  const { nextOf } = await join(sessionId, actors.learner);
  await done(run("lms.session.start", { sessionId }, actors.instructor));
  await runTasks();
  expect((await nextOf("session:state")).data).toMatchObject({
    status: "live",
    participantCount: 1,
  });
  await done(run("lms.session.end", { sessionId }, actors.instructor));
  await runTasks();
  expect((await nextOf("session:state")).data).toMatchObject({
    status: "ended",
    participantCount: 1,
  });
});

test("a session that is moved is told anew with its planned end", async () => {
  const { sessionId, actors } = await room();
  const { nextOf } = await join(sessionId, actors.learner);
  const moved = { sessionId, scheduledAt: "2027-02-01T10:00:00.000Z", durationMinutes: 30 };
  await done(run("lms.session.update", moved, actors.instructor));
  await runTasks();
  expect((await nextOf("session:state")).data).toMatchObject({
    status: "scheduled",
    plannedEnd: "2027-02-01T10:30:00.000Z",
  });
});

test("sixty people who join at once are told as one message", async () => {
  const { sessionId, actors } = await room();
  const teacher = await join(sessionId, actors.instructor);
  await teacher.next();
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const who = { sessionId, userId: `u${index}`, name: "N", role: "learner", moderates: false };
      const admission = encodeURIComponent(JSON.stringify(who));
      const headers = { upgrade: "websocket", "x-lyceum-admission": admission };
      return objectOf(sessionId).fetch("https://object/", { headers });
    }),
  );
  await gathered(sessionId);
  const told = await teacher.next();
  expect(told).toMatchObject({ type: "session:presence", seq: 1, data: { count: 61 } });
  expect(Object(told.data).changes).toHaveLength(61);
  expect(teacher.inbox).toEqual([]);
});

test("late and doubled news change nothing and are told to nobody", async () => {
  const { sessionId, orgId, actors } = await room();
  const { next } = await join(sessionId, actors.learner);
  await next();
  await gathered(sessionId);
  await next();
  const { tell } = sessionsPort(bindings);
  const news = { sessionId, orgId, plannedEnd: 1 };
  await tell({ ...news, status: "live", version: 3 });
  await tell({ ...news, status: "live", version: 3 });
  await tell({ ...news, status: "scheduled", version: 2 });
  await tell({ ...news, status: "ended", version: 4 });
  expect((await next()).data).toMatchObject({ status: "live" });
  expect((await next()).data).toMatchObject({ status: "ended" });
});

test("a cancelled session lets everybody go with a code of its own and lets nobody in", async () => {
  const { sessionId, actors } = await room();
  const { nextOf, closing } = await join(sessionId, actors.learner);
  const ticket = await ticketOf(sessionId, actors.learner);
  await done(run("lms.session.cancel", { sessionId }, actors.instructor));
  await runTasks();
  expect((await nextOf("session:state")).data).toMatchObject({ status: "cancelled" });
  expect(await closing()).toEqual({ code: 4409, reason: "The session was cancelled" });
  expect(await refusedBy(open(sessionId, `ticket=${ticket}`))).toBe("INVALID_TRANSITION");
});

test("a ticket opens one socket, within a minute, into its own session, for a member in good standing", async () => {
  const here = await room();
  const { sessionId, actors } = here;
  const other = await newSession(here);
  const ticket = await ticketOf(sessionId, actors.learner);
  expect(await refusedBy(open(sessionId, ""))).toBe("UNAUTHENTICATED");
  expect(await refusedBy(open(sessionId, "ticket=wrong"))).toBe("UNAUTHENTICATED");
  expect(await refusedBy(open(other, `ticket=${ticket}`))).toBe("UNAUTHENTICATED");
  expect(await refusedBy(open(sessionId, `ticket=${ticket}`))).toBe("opened 101");
  expect(await refusedBy(open(sessionId, `ticket=${ticket}`))).toBe("UNAUTHENTICATED");
  const late = await ticketOf(sessionId, actors.learner);
  const banned = await ticketOf(sessionId, actors.learner);
  await db
    .update(lmsMembers)
    .set({ suspendedAt: 1 })
    .where(eq(lmsMembers.userId, actors.learner.id));
  expect(await refusedBy(open(sessionId, `ticket=${banned}`))).toBe("SUSPENDED");
  await db
    .update(lmsMembers)
    .set({ suspendedAt: null })
    .where(eq(lmsMembers.userId, actors.learner.id));
  advance(TICKET_MS);
  expect(await refusedBy(open(sessionId, `ticket=${late}`))).toBe("UNAUTHENTICATED");
});

test("of two that come with one ticket at once, one gets in", async () => {
  const { sessionId, actors } = await room();
  const ticket = await ticketOf(sessionId, actors.learner);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => refusedBy(open(sessionId, `ticket=${ticket}`))),
  );
  expect(answers.filter((one) => one === "opened 101")).toHaveLength(1);
});

test("what is no WebSocket, or names no sequence number, is refused and spends no ticket", async () => {
  const { sessionId, actors } = await room();
  const ticket = await ticketOf(sessionId, actors.learner);
  expect(await refusedBy(open(sessionId, `ticket=${ticket}`, {}))).toBe("VALIDATION_FAILED");
  for (const since of ["-1", "x", "1.5"]) {
    const query = `ticket=${ticket}&since=${since}`;
    expect(await refusedBy(open(sessionId, query))).toBe("VALIDATION_FAILED");
  }
  expect(await refusedBy(open(sessionId, `ticket=${ticket}`))).toBe("opened 101");
});

test("who a caller says it is counts for nothing: the object hears the Worker alone", async () => {
  const { sessionId, actors } = await room();
  const ticket = await ticketOf(sessionId, actors.learner);
  const forged = encodeURIComponent(
    JSON.stringify({ sessionId, userId: "root", role: "host", moderates: true }),
  );
  const answer = await open(sessionId, `ticket=${ticket}`, {
    upgrade: "websocket",
    "x-lyceum-admission": forged,
  });
  expect(isRefusal(answer)).toBe(false);
  await gathered(sessionId);
  const { next } = await join(sessionId, actors.instructor);
  const welcome = JSON.stringify(await next());
  expect(welcome).toContain(actors.learner.id);
  expect(welcome).not.toContain("root");
});

test("a client that comes back with since gets just what it missed", async () => {
  const { sessionId, actors } = await room();
  const first = await join(sessionId, actors.learner);
  await gathered(sessionId);
  const { seq } = await first.nextOf("session:presence");
  first.socket.close(1000);
  await first.closing();
  await done(run("lms.session.start", { sessionId }, actors.instructor));
  await runTasks();
  const again = await join(sessionId, actors.learner, seq);
  expect(await again.next()).toMatchObject({
    type: "session:state",
    seq: (seq ?? 0) + 1,
    data: { status: "live" },
  });
});

test("a client whose past is no longer kept gets a fresh welcome", async () => {
  const { sessionId, actors } = await room();
  const { next } = await join(sessionId, actors.learner, 999);
  expect(await next()).toMatchObject({ type: "welcome", seq: 0 });
  const { tell } = sessionsPort(bindings);
  const { orgId } = actors.learner;
  for (let version = 2; version < 1_050; version++) {
    const status = version % 2 === 0 ? "live" : "scheduled";
    await tell({ sessionId, orgId, status, version, plannedEnd: 1 });
  }
  const back = await join(sessionId, actors.instructor, 1);
  expect(await back.next()).toMatchObject({ type: "welcome" });
  const kept = await runInDurableObject(objectOf(sessionId), (_, state) =>
    state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM broadcasts").one(),
  );
  expect(kept.n).toBe(1_000);
});

test("eviction keeps sockets, names, sequence and state; pings are answered all the same", async () => {
  const { sessionId, actors } = await room();
  const teacher = await join(sessionId, actors.instructor);
  const learner = await join(sessionId, actors.learner);
  await gathered(sessionId);
  await teacher.nextOf("session:presence");
  await evictDurableObject(objectOf(sessionId));
  learner.socket.send("ping");
  await learner.nextOf("session:presence");
  expect(await learner.next()).toBe("pong");
  await done(run("lms.session.start", { sessionId }, actors.instructor));
  await runTasks();
  expect(await teacher.next()).toMatchObject({
    type: "session:state",
    seq: 2,
    data: { status: "live", participantCount: 2 },
  });
  learner.socket.close(1000);
  await learner.closing();
  await evictDurableObject(objectOf(sessionId));
  await gathered(sessionId);
  expect((await teacher.next()).data).toEqual({
    changes: [{ type: "leave", userId: actors.learner.id, name: "learner" }],
    count: 1,
  });
});

test("news that never came are read from D1 when the object wakes", async () => {
  const { sessionId, actors } = await room();
  const teacher = await join(sessionId, actors.instructor);
  await gathered(sessionId);
  await teacher.nextOf("session:presence");
  await done(run("lms.session.start", { sessionId }, actors.instructor));
  await evictDurableObject(objectOf(sessionId));
  teacher.socket.send('{"type":"participants"}');
  expect((await teacher.nextOf("session:state")).data).toMatchObject({ status: "live" });
});

test("a bad frame costs an error, an enormous one the socket, a flood too", async () => {
  const { sessionId, actors } = await room();
  const bad = await join(sessionId, actors.learner);
  await bad.next();
  for (const frame of ["{", '{"type":"shout"}', "[]"]) {
    bad.socket.send(frame);
    expect(await bad.nextOf("error")).toMatchObject({ data: { code: "VALIDATION_FAILED" } });
  }
  bad.socket.send(new Uint8Array([1, 2]));
  expect(await bad.nextOf("error")).toMatchObject({ data: { code: "VALIDATION_FAILED" } });
  bad.socket.send('{"type":"participants"}');
  expect((await bad.nextOf("participants")).data).toMatchObject({ count: 1, next: null });
  bad.socket.send("x".repeat(16 * 1024 + 1));
  expect(await bad.closing()).toMatchObject({ code: 1009 });

  const flood = await join(sessionId, actors.learner);
  for (let frame = 0; frame < 200; frame++) flood.socket.send('{"type":"participants"}');
  expect(await flood.closing()).toMatchObject({ code: 1008 });
});
