import { fanOutObject } from "../../src/cloudflare/objects.ts";
import type { ClientFrame, RoomRole, ServerFrame } from "../../src/live/protocol.ts";
import { objectOf } from "./socket.ts";
import { bindings } from "./world.ts";

export type Listener = Awaited<ReturnType<typeof enter>>;
/** `beside` is the object that it is sent to, whatever room there is in the session's own. */
type Who = { userId: string; role?: RoomRole; since?: number; beside?: number };

/** The way of the Worker once a ticket is spent: into the session's object, or one beside it. */
async function admitted(sessionId: string, { userId, role = "learner", since, beside }: Who) {
  const who = { sessionId, userId, name: userId, role, moderates: role === "host", since };
  if (beside !== undefined) {
    const there = fanOutObject(bindings, sessionId, beside);
    return { answer: await at(there, { ...who, place: beside }), place: beside };
  }
  let full: number | undefined;
  for (;;) {
    const room = await at(objectOf(sessionId), { ...who, full });
    if (room.status !== 200) return { answer: room, place: 0 };
    const { place } = await room.json<{ place: number }>();
    const answer = await at(fanOutObject(bindings, sessionId, place), { ...who, place });
    if (answer.status !== 503) return { answer, place };
    full = place;
  }
}

const at = (object: Pick<Fetcher, "fetch">, admission: object): Promise<Response> =>
  object.fetch("https://object/", {
    headers: {
      upgrade: "websocket",
      "x-lyceum-admission": encodeURIComponent(JSON.stringify(admission)),
    },
  });

/** Somebody's socket, with all that it was told. */
export async function enter(sessionId: string, who: Who) {
  const { answer, place } = await admitted(sessionId, who);
  const socket = answer.webSocket;
  if (!socket) throw new Error(`Refused with ${answer.status}`);
  const told: ServerFrame[] = [];
  const waiting = new Set<() => void>();
  let closed: number | undefined;
  const wake = () => {
    for (const one of waiting) one();
  };
  socket.addEventListener("message", ({ data }) => {
    told.push(JSON.parse(String(data)));
    wake();
  });
  socket.addEventListener("close", ({ code }) => {
    closed = code;
    wake();
  });
  socket.accept();

  /** Waits until what was told fulfils it. */
  function until(isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = () => {
        if (!isDone()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
    });
  }
  return {
    ...who,
    place,
    told,
    send: (frame: ClientFrame) => socket.send(JSON.stringify(frame)),
    sendText: (text: string) => socket.send(text),
    /** The numbers of the broadcasts told, in the order in which they came. */
    seqs: () => told.filter((one) => "seq" in one && one.type !== "welcome").map(seqOf),
    of: (type: ServerFrame["type"]) => told.filter((one) => one.type === type),
    until,
    reached: (seq: number) => until(() => told.some((one) => seqOf(one) >= seq)),
    async leave(): Promise<void> {
      socket.close(1000);
      await until(() => closed !== undefined);
    },
    closing: async () => {
      await until(() => closed !== undefined);
      return closed;
    },
    isOpen: () => closed === undefined,
  };
}

const seqOf = (one: ServerFrame): number => ("seq" in one ? one.seq : 0);

export const personOf = (index: number): string => `u${String(index).padStart(5, "0")}`;

/** People `from` to `to`, so many at once. */
export async function crowd(sessionId: string, from: number, to: number, atOnce = 50) {
  const all: Listener[] = [];
  for (let start = from; start < to; start += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, to - start) }, (_, index) =>
      enter(sessionId, { userId: personOf(start + index) }),
    );
    all.push(...(await Promise.all(some)));
  }
  return all;
}

/** Numbers from one to another, both included. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
