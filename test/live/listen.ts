import { exports } from "cloudflare:workers";
import { openChannels } from "../../src/cloudflare/channel-upgrade.ts";
import { channelGateway } from "../../src/cloudflare/objects.ts";
import { isRefusal } from "../../src/kernel/error.ts";
import type { Actor } from "../../src/kernel/permission.ts";
import type { ChannelMessage } from "../../src/kernel/ports.ts";
import type { ChannelFrame } from "../../src/live/channel-protocol.ts";
import { http, ORIGIN, ok, type Person } from "../harness/world.ts";
import { bindings, done, newHost, run } from "./world.ts";

export const gatewayOf = (orgId: string, shard = 0) => channelGateway(bindings, orgId, shard);

export const ticketOf = async (actor: Actor): Promise<string> =>
  (await done<{ ticket: string }>(run("lms.realtime.ticket", {}, actor))).ticket;

/** Opens the channels' address as a browser does. */
export const openWith = (
  ticket: string,
  { headers = { upgrade: "websocket" }, ...more }: Opening = {},
) => {
  const url = `https://lms.test/lms/realtime?ticket=${ticket}`;
  const request = new Request(url, { headers });
  return openChannels(request, { env: bindings, host: newHost().host, ...more });
};

type Opening = { headers?: Record<string, string>; socketsMax?: number };

/** A listener's socket, as its actor opens it. */
export async function listen(actor: Actor, options: { socketsMax?: number } = {}) {
  const answer = await openWith(await ticketOf(actor), options);
  if (isRefusal(answer)) throw new Error(answer.detail);
  return heardBy(answer);
}

/** The same over the Worker's own routes. */
export async function listenAs(as: Person) {
  const { url } = ok(await http("POST", "/lms/realtime/ticket", { as }));
  const headers = { upgrade: "websocket" };
  return heardBy(await exports.default.fetch(`${ORIGIN}${url}`, { headers }));
}

/** A socket with what it heard and what closed it. */
function heardBy({ webSocket: socket, status }: Response) {
  if (!socket) throw new Error(`No socket: ${status}`);
  const inbox: ChannelFrame[] = [];
  const waiting: (() => void)[] = [];
  const wake = () => {
    for (const one of waiting.splice(0)) one();
  };
  let closed: number | undefined;
  socket.addEventListener("message", ({ data }) => {
    inbox.push(JSON.parse(String(data)));
    wake();
  });
  socket.addEventListener("close", ({ code }) => {
    closed = code;
    wake();
  });
  socket.accept();

  async function next(): Promise<ChannelFrame> {
    while (inbox.length === 0) {
      if (closed !== undefined) throw new Error(`Closed with ${closed}`);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    return inbox.shift() as ChannelFrame;
  }
  async function closing(): Promise<number> {
    while (closed === undefined) await new Promise<void>((resolve) => waiting.push(resolve));
    return closed;
  }
  /** Sends a frame and waits for its answer: nothing else may have been heard before. */
  const ask = (frame: unknown): Promise<ChannelFrame> => {
    socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    return next();
  };
  /** `subscribed`, or the code of the refusal. */
  const subscribe = async (channel: string): Promise<string> => {
    const answered = await ask({ type: "subscribe", channel });
    return answered.type === "error" ? Object(answered.data).code : answered.type;
  };
  /** What was heard until now and not yet looked at. */
  const heard = async (): Promise<ChannelFrame[]> => {
    socket.send("{}");
    const before: ChannelFrame[] = [];
    for (let one = await next(); one.type !== "error"; one = await next()) before.push(one);
    return before;
  };
  const nextOf = async (type: string): Promise<ChannelFrame> => {
    for (;;) {
      const one = await next();
      if (one.type === type) return one;
    }
  };
  return { socket, next, nextOf, ask, subscribe, heard, closing };
}

export const message = (
  id: string,
  channel: string,
  data: unknown = { n: id },
): ChannelMessage => ({
  id,
  channel,
  type: "notification:new",
  data,
  timestamp: 5,
});

export const publish = (orgId: string, ...messages: ChannelMessage[]): Promise<void> =>
  newHost().host.ports.realtime.publish(orgId, messages);
