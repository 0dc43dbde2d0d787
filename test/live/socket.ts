import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { sessionObject } from "../../src/cloudflare/objects.ts";
import { openSession } from "../../src/cloudflare/upgrade.ts";
import { isRefusal } from "../../src/kernel/error.ts";
import type { Actor } from "../../src/kernel/permission.ts";
import { GATHER_MS } from "../../src/live/presence.ts";
import { advance } from "../harness/world.ts";
import { bindings, done, newHost, run } from "./world.ts";

export type Told = { type: string; channel: string; data: never; timestamp: number; seq?: number };

export const objectOf = (sessionId: string) => sessionObject(bindings, sessionId);

export const ticketOf = async (sessionId: string, actor: Actor): Promise<string> =>
  (await done<{ ticket: string }>(run("lms.session.ticket", { sessionId }, actor))).ticket;

/** Opens the session's address as a browser does. */
export const open = (
  sessionId: string,
  query: string,
  headers: Record<string, string> = { upgrade: "websocket" },
) => {
  const url = `https://lms.test/lms/sessions/${sessionId}/ws?${query}`;
  return openSession(new Request(url, { headers }), {
    env: bindings,
    host: newHost().host,
    sessionId,
  });
};

/** A participant's socket, with what it was told and what closed it. */
export async function join(sessionId: string, actor: Actor, since?: number) {
  const ticket = await ticketOf(sessionId, actor);
  const seen = since === undefined ? "" : `&since=${since}`;
  const answer = await open(sessionId, `ticket=${ticket}${seen}`);
  if (isRefusal(answer)) throw new Error(answer.detail);
  const socket = answer.webSocket;
  if (!socket) throw new Error("No socket");
  const inbox: (Told | string)[] = [];
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const one of waiting.splice(0)) one();
  };
  let closed: { code: number; reason: string } | undefined;
  socket.addEventListener("message", ({ data }) => {
    const text = String(data);
    inbox.push(text.startsWith("{") ? JSON.parse(text) : text);
    wake();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closed = { code, reason };
    wake();
  });
  socket.accept();

  async function next(): Promise<Told> {
    while (inbox.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return inbox.shift() as Told;
  }
  async function nextOf(type: string): Promise<Told> {
    for (;;) {
      const told = await next();
      if (told.type === type) return told;
    }
  }
  async function closing(): Promise<{ code: number; reason: string }> {
    while (!closed) await new Promise<void>((resolve) => waiting.push(resolve));
    return closed;
  }
  return { socket, inbox, next, nextOf, closing };
}

/** Lets the gathering of joins and leaves end. */
export async function gathered(sessionId: string): Promise<void> {
  advance(GATHER_MS);
  await runDurableObjectAlarm(objectOf(sessionId));
}

/** The object dies where it stands: its sockets break, its memory is gone. */
export async function killed(sessionId: string): Promise<void> {
  const death = runInDurableObject(objectOf(sessionId), (_, state) => state.abort("killed"));
  await death.catch(() => undefined);
}
