import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { fanOutObject } from "../../src/cloudflare/objects.ts";
import { SECOND } from "../../src/kernel/time.ts";
import { advance } from "../harness/world.ts";
import { liveRoom } from "../live/acts.ts";
import { crowd, enter, type Listener, personOf, range } from "../live/crowd.ts";
import { gathered, killed, objectOf } from "../live/socket.ts";
import { bindings } from "../live/world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

const lastSeq = (sessionId: string): Promise<number> =>
  runInDurableObject(objectOf(sessionId), (_, { storage }) =>
    Number(storage.sql.exec("SELECT seq FROM sqlite_sequence").one().seq),
  );
const countIn = (one: Listener): number => Object(one.of("session:presence").at(-1)?.data).count;

/** Each was told every broadcast since its greeting, once and in order, up to the last. */
async function toldAll(people: readonly Listener[], last: number): Promise<void> {
  await Promise.all(people.map((one) => one.reached(last)));
  for (const one of people) {
    const [first = last + 1] = one.seqs();
    expect(one.seqs()).toEqual(range(first, last));
  }
}

test("five hundred sockets are told every broadcast, each once and in order", async () => {
  const { sessionId, actors } = await liveRoom();
  const host = await enter(sessionId, { userId: actors.instructor.id, role: "host" });
  const people = [host, ...(await crowd(sessionId, 0, 499))];
  expect(new Set(people.map(({ place }) => place))).toEqual(new Set([0]));
  await gathered(sessionId);
  for (let line = 0; line < 30; line++) {
    advance(SECOND);
    host.send({ type: "chat", text: `line ${line}` });
    await host.until(() => host.of("session:chat").length === line + 1);
    people[line + 1]?.send({ type: "react", reaction: "heart" });
    people[line + 1]?.send({ type: "hand:raise" });
    if (line % 5 === 0) await gathered(sessionId);
  }
  await host.until(() => host.of("session:chat").length === 30);
  await gathered(sessionId);
  const last = await lastSeq(sessionId);
  await toldAll(people, last);
  for (const one of people) {
    expect(one.of("session:chat").map(({ data }) => Object(data).line.text)).toEqual(
      range(0, 29).map((line) => `line ${line}`),
    );
  }
});

test("a thousand joins within ten seconds cost at most a send a person and batch", async ({
  annotate,
}) => {
  const { sessionId } = await liveRoom();
  const people: Listener[] = [];
  const batches = 20;
  for (let batch = 0; batch < batches; batch++) {
    people.push(...(await crowd(sessionId, batch * 50, batch * 50 + 50)));
    advance(SECOND / 2);
    await gathered(sessionId);
  }
  const last = await lastSeq(sessionId);
  await toldAll(people, last);
  const sends = people.reduce((sum, one) => sum + one.of("session:presence").length, 0);
  await annotate(`1000 joins in ${batches} batches: ${sends} presence messages sent`);
  expect(sends).toBeLessThanOrEqual(people.length * batches);
  expect(people.map(({ place }) => place).filter((place) => place === 0)).toHaveLength(500);
  expect(people.every((one) => countIn(one) === 1_000)).toBe(true);
});

test("a storm of a thousand reconnects ends at the exact count, with everybody told of it", async () => {
  const { sessionId } = await liveRoom();
  const before = await crowd(sessionId, 0, 1_000, 100);
  await gathered(sessionId);
  const again = await Promise.all(
    before.map(async (one, index) => {
      if (index % 2 === 0) await one.leave();
      const back = await enter(sessionId, { userId: personOf(index) });
      if (index % 2 === 1) await one.leave();
      return back;
    }),
  );
  const places = [...new Set(again.map(({ place }) => place))].filter((place) => place > 0);
  await gathered(sessionId);
  await settled(sessionId, places);
  const late = await enter(sessionId, { userId: personOf(0) });
  await late.until(() => late.told.length > 0);
  expect(late.told[0]).toMatchObject({ type: "welcome", data: { participants: { count: 1_000 } } });
  await Promise.all(again.slice(1).map((one) => one.leave()));
  await settled(sessionId, places);
  await gathered(sessionId);
  await late.until(() => late.of("session:presence").length > 0 && countIn(late) === 1);
});

/** Lets the objects beside tell who has left. */
async function settled(sessionId: string, places: readonly number[]): Promise<void> {
  advance(SECOND);
  for (const place of places) await runDurableObjectAlarm(fanOutObject(bindings, sessionId, place));
}

test("past five hundred, sockets beside hear and say the same, in the same order, through sleep and death", async () => {
  const { sessionId, actors } = await liveRoom();
  const host = await enter(sessionId, { userId: actors.instructor.id, role: "host" });
  const people = await crowd(sessionId, 0, 1_050, 100);
  const beside = people.filter(({ place }) => place > 0);
  expect(Math.max(...people.map(({ place }) => place))).toBe(2);
  expect(beside).toHaveLength(551);
  await gathered(sessionId);
  const far = beside.at(-1);
  far?.send({ type: "chat", text: "from afar" });
  await host.until(() => host.of("session:chat").length === 1);
  await toldAll([host, ...people], await lastSeq(sessionId));

  await evictDurableObject(objectOf(sessionId));
  await evictDurableObject(fanOutObject(bindings, sessionId, 1));
  host.send({ type: "chat", text: "after sleep" });
  beside[0]?.send({ type: "hand:raise" });
  await host.until(() => host.of("session:chat").length === 2);
  await gathered(sessionId);
  await toldAll([host, ...people], await lastSeq(sessionId));

  const seq = await lastSeq(sessionId);
  await killed(sessionId);
  const back = await enter(sessionId, { userId: host.userId, role: "host", since: seq });
  back.send({ type: "chat", text: "after death" });
  await Promise.all(beside.map((one) => one.until(() => one.of("session:chat").length === 3)));
  await gathered(sessionId);
  await back.until(() => back.of("session:presence").length > 0);
  expect(countIn(back)).toBe(beside.length + 1);
  await toldAll(beside, await lastSeq(sessionId));
});

test("who is offline for half a minute gets exactly what it missed, here as beside", async () => {
  const { sessionId, actors } = await liveRoom();
  const host = await enter(sessionId, { userId: actors.instructor.id, role: "host" });
  const people = await crowd(sessionId, 0, 520, 100);
  await gathered(sessionId);
  const [here, beside] = [people[10], people[519]];
  if (!here || !beside) throw new Error("Too few people");
  expect([here.place, beside.place]).toEqual([0, 1]);
  await toldAll([host, here, beside], await lastSeq(sessionId));
  const since = await lastSeq(sessionId);
  await here.leave();
  await beside.leave();
  for (let second = 0; second < 30; second++) {
    advance(SECOND);
    host.send({ type: "chat", text: `second ${second}` });
    await host.until(() => host.of("session:chat").length === second + 1);
    if (second % 10 === 5) {
      host.send({ type: "react", reaction: "heart" });
      await gathered(sessionId);
    }
  }
  await host.until(() => host.of("session:chat").length === 30);
  const last = await lastSeq(sessionId);
  await host.reached(last);
  const kept = host.told.filter(
    (one) => "seq" in one && one.seq > since && one.type !== "session:reaction",
  );
  for (const { userId } of [here, beside]) {
    const back = await enter(sessionId, { userId, since });
    await back.until(() => back.told.length >= kept.length);
    expect(back.told.slice(0, kept.length)).toEqual(kept);
  }
});
