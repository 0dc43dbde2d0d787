import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { lmsMembers } from "../../src/identity/schema.ts";
import { isRefusal } from "../../src/kernel/error.ts";
import { adminChannel, learnerChannel, sessionChannel } from "../../src/live/channels.ts";
import { CHANNELS_MAX, shardsFor } from "../../src/live/gateway.ts";
import { TICKET_MS } from "../../src/live/ticket.ts";
import { advance, db } from "../harness/world.ts";
import { gatewayOf, listen, message, openWith, publish, ticketOf } from "../live/listen.ts";
import { ticketOf as sessionTicketOf } from "../live/socket.ts";
import { enroll, newSession, world } from "../live/world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

const refusedBy = async (answer: ReturnType<typeof openWith>): Promise<string> => {
  const settled = await answer;
  return isRefusal(settled) ? settled.refused : `opened ${settled.status}`;
};

test("a ticket opens one socket, within a minute, for a member in good standing", async () => {
  const { actors } = await world();
  const ticket = await ticketOf(actors.learner);
  expect(await refusedBy(openWith(""))).toBe("UNAUTHENTICATED");
  expect(await refusedBy(openWith("wrong"))).toBe("UNAUTHENTICATED");
  expect(await refusedBy(openWith(ticket, { headers: { upgrade: "" } }))).toBe("VALIDATION_FAILED");
  const answers = await Promise.all(Array.from({ length: 8 }, () => refusedBy(openWith(ticket))));
  expect(answers.filter((one) => one === "opened 101")).toHaveLength(1);
  expect(await refusedBy(openWith(ticket))).toBe("UNAUTHENTICATED");
  const banned = await ticketOf(actors.learner);
  const late = await ticketOf(actors.learner);
  const ofLearner = eq(lmsMembers.userId, actors.learner.id);
  await db.update(lmsMembers).set({ suspendedAt: 1 }).where(ofLearner);
  expect(await refusedBy(openWith(banned))).toBe("SUSPENDED");
  await db.update(lmsMembers).set({ suspendedAt: null }).where(ofLearner);
  advance(TICKET_MS);
  expect(await refusedBy(openWith(late))).toBe("UNAUTHENTICATED");
});

test("a session's ticket opens no channels", async () => {
  const here = await world();
  const ticket = await sessionTicketOf(await newSession(here), here.actors.instructor);
  expect(await refusedBy(openWith(ticket))).toBe("UNAUTHENTICATED");
});

test("a message reaches those who subscribed, and each of them once, however often it is published", async () => {
  const { orgId, actors } = await world();
  const [one, tab, admin] = [
    await listen(actors.learner),
    await listen(actors.learner),
    await listen(actors.admin),
  ];
  const mine = learnerChannel(orgId, actors.learner.id);
  expect(await one.subscribe(mine)).toBe("subscribed");
  expect(await tab.subscribe(mine)).toBe("subscribed");
  expect(await admin.subscribe(adminChannel(orgId))).toBe("subscribed");
  await publish(orgId, message("a", mine), message("b", mine));
  await publish(orgId, message("b", mine), message("c", adminChannel(orgId)));
  const told = { channel: mine, type: "notification:new", timestamp: 5 };
  const both = [
    { ...told, data: { n: "a" } },
    { ...told, data: { n: "b" } },
  ];
  expect(await one.heard()).toEqual(both);
  expect(await tab.heard()).toEqual(both);
  expect(await admin.heard()).toMatchObject([{ channel: adminChannel(orgId), data: { n: "c" } }]);
});

test("who has unsubscribed hears nothing more, and who never did is told so all the same", async () => {
  const { orgId, actors } = await world();
  const { ask, subscribe, heard } = await listen(actors.learner);
  const channel = learnerChannel(orgId, actors.learner.id);
  await subscribe(channel);
  for (const _ of [1, 2]) {
    const answer = await ask({ type: "unsubscribe", channel });
    expect(answer).toMatchObject({ type: "unsubscribed", channel });
  }
  await publish(orgId, message("a", channel));
  expect(await heard()).toEqual([]);
});

test("what a socket sends is answered in its order", async () => {
  const { orgId, actors } = await world();
  const { socket, next, heard } = await listen(actors.learner);
  const channel = learnerChannel(orgId, actors.learner.id);
  for (const type of ["subscribe", "unsubscribe", "subscribe", "unsubscribe"]) {
    socket.send(JSON.stringify({ type, channel }));
  }
  const answers = [await next(), await next(), await next(), await next()];
  expect(answers.map(({ type }) => type)).toEqual([
    "subscribed",
    "unsubscribed",
    "subscribed",
    "unsubscribed",
  ]);
  await publish(orgId, message("a", channel));
  expect(await heard()).toEqual([]);
});

test("a person's channel tells a socket of its own organization alone", async () => {
  const [here, there] = [await world(), await world()];
  const { id } = here.actors.learner;
  const listener = await listen(here.actors.learner);
  const channel = learnerChannel(here.orgId, id);
  await listener.subscribe(channel);
  await publish(there.orgId, message("a", channel));
  expect(await listener.heard()).toEqual([]);
});

test("an evicted gateway wakes with its sockets, what they hear, and what they heard", async () => {
  const here = await world();
  const { orgId, actors } = here;
  await enroll(here, { learnerId: actors.learner.id });
  const sessionId = await newSession(here);
  const { subscribe, heard, ask } = await listen(actors.learner);
  const channels = [learnerChannel(orgId, actors.learner.id), sessionChannel(orgId, sessionId)];
  for (const channel of channels) expect(await subscribe(channel)).toBe("subscribed");
  await publish(orgId, ...channels.map((channel, at) => message(`before ${at}`, channel)));
  await evictDurableObject(gatewayOf(orgId));
  await publish(orgId, ...channels.map((channel, at) => message(`before ${at}`, channel)));
  await publish(orgId, ...channels.map((channel, at) => message(`after ${at}`, channel)));
  expect((await heard()).map(({ data }) => Object(data).n)).toEqual([
    "before 0",
    "before 1",
    "after 0",
    "after 1",
  ]);
  await ask({ type: "unsubscribe", channel: channels[0] });
  await evictDurableObject(gatewayOf(orgId));
  await publish(orgId, ...channels.map((channel, at) => message(`last ${at}`, channel)));
  expect((await heard()).map(({ data }) => Object(data).n)).toEqual(["last 1"]);
});

test("where one object is full the next takes over, and a message costs a call to those with listeners alone", async () => {
  const { orgId, actors } = await world();
  const listeners = await Promise.all(
    Array.from({ length: 9 }, () => listen(actors.admin, { socketsMax: 3 })),
  );
  expect(await gatewayOf(orgId).shards()).toBe(4);
  for (const { subscribe } of listeners) await subscribe(adminChannel(orgId));
  await publish(orgId, message("a", adminChannel(orgId)));
  await publish(orgId, message("a", adminChannel(orgId)));
  for (const { heard } of listeners) expect(await heard()).toHaveLength(1);
  const followed = () =>
    runInDurableObject(gatewayOf(orgId), (_, { storage }) =>
      storage.sql.exec<{ shard: number }>("SELECT shard FROM followed").toArray(),
    );
  expect(await followed()).toHaveLength(3);
  for (const { socket, closing } of listeners.slice(1)) {
    socket.close(1000);
    await closing();
  }
  await publish(orgId, message("b", adminChannel(orgId)));
  expect(await followed()).toHaveLength(1);
  expect(await listeners[0]?.heard()).toHaveLength(1);
});

test("nothing is kept of what nobody hears", async () => {
  const { orgId, actors } = await world();
  await publish(orgId, message("a", learnerChannel(orgId, actors.learner.id)));
  const kept = await runInDurableObject(gatewayOf(orgId), (_, { storage }) =>
    storage.sql.exec("SELECT id FROM told UNION ALL SELECT channel FROM followed").toArray(),
  );
  expect(kept).toEqual([]);
});

test("a frame that is no valid message gets an error and costs the socket nothing else", async () => {
  const { orgId, actors } = await world();
  const { ask, next, subscribe, socket } = await listen(actors.learner);
  const wrong = [
    "",
    "{",
    "[]",
    { type: "shout" },
    { type: "subscribe" },
    { type: "subscribe", channel: 1 },
  ];
  for (const frame of [...wrong, { type: "subscribe", channel: "c".repeat(401) }]) {
    const answer = await ask(frame);
    expect(answer).toMatchObject({ type: "error", data: { code: "VALIDATION_FAILED" } });
  }
  socket.send(new Uint8Array([1, 2]));
  expect(await next()).toMatchObject({ type: "error", data: { code: "VALIDATION_FAILED" } });
  expect(await subscribe(learnerChannel(orgId, actors.learner.id))).toBe("subscribed");
});

test("a frame over 16 KiB closes its socket with 1009, a flood with 1008, and no other is harmed", async () => {
  const { orgId, actors } = await world();
  const [large, flood, calm] = [
    await listen(actors.learner),
    await listen(actors.learner),
    await listen(actors.learner),
  ];
  large.socket.send(JSON.stringify({ type: "subscribe", channel: "c".repeat(16 * 1024) }));
  expect(await large.closing()).toBe(1009);
  for (let sent = 0; sent < 150; sent++) flood.socket.send("{}");
  expect(await flood.closing()).toBe(1008);
  expect(await calm.subscribe(learnerChannel(orgId, actors.learner.id))).toBe("subscribed");
});

test("a socket hears so many channels at most, one twice counting once", async () => {
  const here = await world();
  const { orgId, actors } = here;
  const { subscribe } = await listen(actors.instructor);
  for (let at = 0; at < CHANNELS_MAX; at++) {
    expect(await subscribe(sessionChannel(orgId, await newSession(here)))).toBe("subscribed");
  }
  const mine = learnerChannel(orgId, actors.instructor.id);
  expect(await subscribe(mine)).toBe("CAPACITY_REACHED");
});

test("people are spread over all objects, each to one of its own first", () => {
  const people = Array.from({ length: 4_000 }, (_, at) => `0199-${at}`);
  const firsts = Map.groupBy(people, (one) => shardsFor(one, 4)[0]);
  for (const group of firsts.values()) expect(group.length).toBeGreaterThan(800);
  expect([...firsts.keys()].toSorted()).toEqual([0, 1, 2, 3]);
  for (const one of people) expect(shardsFor(one, 4).toSorted()).toEqual([0, 1, 2, 3]);
});
