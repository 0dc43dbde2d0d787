import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { fanOutObject } from "../../src/cloudflare/objects.ts";
import { liveRoom } from "../live/acts.ts";
import { enter, personOf } from "../live/crowd.ts";
import { bindings } from "../live/world.ts";

async function besideTheRoom() {
  const { sessionId, actors } = await liveRoom();
  const host = await enter(sessionId, { userId: actors.instructor.id, role: "host" });
  const people = await Promise.all(
    [0, 1].map((at) => enter(sessionId, { userId: personOf(at), beside: 1 })),
  );
  const [one, other] = people;
  if (!one || !other) throw new Error("Nobody came");
  return { sessionId, host, one, other };
}

test("a bad frame to an object beside costs an error, an enormous one and a flood its own socket alone", async () => {
  const { sessionId, host, one, other } = await besideTheRoom();
  one.sendText('{"type":"shout"}');
  await one.until(() => one.of("error").length === 1);
  expect(one.of("error")).toMatchObject([{ data: { code: "VALIDATION_FAILED" } }]);
  one.sendText("x".repeat(16 * 1024 + 1));
  expect(await one.closing()).toBe(1009);
  const flood = await enter(sessionId, { userId: personOf(2), beside: 1 });
  for (let frame = 0; frame < 200; frame++) flood.send({ type: "participants" });
  expect(await flood.closing()).toBe(1008);
  other.send({ type: "chat", text: "unharmed" });
  await Promise.all(
    [host, other].map((who) => who.until(() => who.of("session:chat").length === 1)),
  );
  expect([host, other].map((who) => who.isOpen())).toEqual([true, true]);
});

test("killing an object beside loses nothing: its people come back to exactly what they missed", async () => {
  const { sessionId, host, one } = await besideTheRoom();
  host.send({ type: "chat", text: "before" });
  await one.until(() => one.of("session:chat").length === 1);
  const since = Number(one.seqs().at(-1));
  const there = fanOutObject(bindings, sessionId, 1);
  await runInDurableObject(there, (_, state) => state.abort("killed")).catch(() => undefined);
  host.send({ type: "chat", text: "meanwhile" });
  await host.until(() => host.of("session:chat").length === 2);
  const back = await enter(sessionId, { userId: one.userId, since, beside: 1 });
  await back.until(() => back.of("session:chat").length === 1);
  back.send({ type: "chat", text: "after" });
  await Promise.all([
    host.until(() => host.of("session:chat").length === 3),
    back.until(() => back.of("session:chat").length === 2),
  ]);
  expect(back.of("session:chat").map(({ data }) => Object(data).line.text)).toEqual([
    "meanwhile",
    "after",
  ]);
  const seqs = back.seqs();
  expect(seqs).toEqual(seqs.map((_, at) => since + 1 + at));
});
