import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type WebSocket as Peer, WebSocketServer } from "ws";
import { channels } from "../../src/client/channels.ts";
import { session, type Told } from "../../src/client/live-session.ts";
import type { ConnectionState, Socket } from "../../src/client/reconnecting.ts";

const FAST = { first: 10, most: 40 };
const CHANNEL = "org:o:lms:session:s";

/** A server that the test speaks for, over real sockets. */
async function newServer() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  const peers: Peer[] = [];
  const addresses: URL[] = [];
  const frames: Record<string, unknown>[] = [];
  let answer: (peer: Peer, frame: Record<string, unknown>) => void = () => undefined;
  let greet: (peer: Peer, address: URL) => void = () => undefined;
  server.on("connection", (peer, request) => {
    peers.push(peer);
    const address = new URL(request.url ?? "", "http://server");
    addresses.push(address);
    peer.on("message", (data) => {
      if (String(data) === "ping") return peer.send("pong");
      const frame = JSON.parse(String(data));
      frames.push(frame);
      answer(peer, frame);
    });
    greet(peer, address);
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    peers,
    addresses,
    frames,
    onFrame: (act: typeof answer) => {
      answer = act;
    },
    onJoin: (act: typeof greet) => {
      greet = act;
    },
    stop: () => {
      for (const peer of server.clients) peer.terminate();
      return new Promise((done) => server.close(done));
    },
  };
}

const told = (type: string, data: unknown, seq?: number) =>
  JSON.stringify({
    type,
    channel: CHANNEL,
    data,
    timestamp: 1,
    ...(seq === undefined ? {} : { seq }),
  });
const line = (seq: number) =>
  told("session:chat", { change: "line", line: { lineId: String(seq), text: String(seq) } }, seq);
const ack = (peer: Peer, { ref }: Record<string, unknown>, data = {}) =>
  peer.send(JSON.stringify({ type: "ack", channel: CHANNEL, data, timestamp: 1, ref }));

let server: Awaited<ReturnType<typeof newServer>>;
const open: { close(): void }[] = [];

beforeEach(async () => {
  server = await newServer();
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await server.stop();
});

function joined(more: Partial<Parameters<typeof session>[0]> = {}) {
  const states: ConnectionState[] = [];
  const messages: Told[] = [];
  let tickets = 0;
  const live = session({
    ticket: async () => ({ url: `/ws?ticket=${++tickets}` }),
    origin: server.origin,
    backoff: FAST,
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
    ...more,
  });
  open.push(live);
  return { live, states, messages, seqs: () => messages.map(({ seq }) => seq) };
}

const until = (what: () => unknown) =>
  vi.waitFor(() => expect(what()).toBeTruthy(), { timeout: 5_000, interval: 5 });

describe("a live session", () => {
  test("comes back with a fresh ticket and the last seq, and hears each message once and in order", async () => {
    server.onJoin((peer, { searchParams }) => {
      const since = searchParams.get("since");
      if (since === null) {
        peer.send(told("welcome", {}, 5));
        peer.send(line(6));
        peer.send(line(7));
        return peer.terminate();
      }
      // What was on its way already comes a second time, and a count of votes left a hole.
      peer.send(line(7));
      peer.send(line(8));
      peer.send(line(8));
      peer.send(line(10));
    });
    const { seqs, messages } = joined();
    await until(() => seqs().includes(10));
    expect(seqs()).toEqual([5, 6, 7, 8, 10]);
    expect(messages[0]?.type).toBe("welcome");
    const asked = server.addresses.map(({ search }) => search);
    expect(asked).toEqual(["?ticket=1", "?ticket=2&since=7"]);
  });

  test("takes a welcome for the whole truth, even one with a lower seq", async () => {
    server.onJoin((peer) => {
      peer.send(told("welcome", {}, 50));
      peer.send(told("welcome", {}, 3));
      peer.send(line(4));
    });
    const { seqs } = joined();
    await until(() => seqs().length === 3);
    expect(seqs()).toEqual([50, 3, 4]);
  });

  test("settles what is sent by the server's answer, whatever the order of answers", async () => {
    const held: [Peer, Record<string, unknown>][] = [];
    server.onFrame((peer, frame) => held.push([peer, frame]));
    const { live } = joined();
    const chat = live.send({ type: "chat", text: "a" });
    const vote = live.send({ type: "poll:vote", pollId: "p", option: 1 }).catch((error) => error);
    await until(() => held.length === 2);
    const [[peer, first] = [], [, second] = []] = held;
    if (!peer || !first || !second) throw new Error("Two frames came");
    const refused = { type: "error", channel: CHANNEL, timestamp: 1, ref: second.ref };
    peer.send(JSON.stringify({ ...refused, data: { code: "DUPLICATE", detail: "Voted" } }));
    ack(peer, first, { lineId: "l" });
    expect(await chat).toEqual({ lineId: "l" });
    expect(await vote).toMatchObject({
      name: "RealtimeError",
      code: "DUPLICATE",
      message: "Voted",
    });
    expect([first.type, first.text]).toEqual(["chat", "a"]);
  });

  test("repeats after a break what is the same done twice, and owns up to what is not", async () => {
    const seen: unknown[] = [];
    server.onFrame((peer, frame) => {
      seen.push(frame.type);
      if (server.peers.length === 1) {
        if (seen.length === 2) peer.terminate();
      } else ack(peer, frame);
    });
    const { live } = joined();
    const chat = live.send({ type: "chat", text: "a" }).catch((error) => error.code);
    const hand = live.send({ type: "hand:raise" });
    expect(await chat).toBe("UNCONFIRMED");
    await hand;
    expect(seen).toEqual(["chat", "hand:raise", "hand:raise"]);
  });

  test("keeps what is sent while there is no connection, and sends it when there is", async () => {
    server.onFrame((peer, frame) => ack(peer, frame, { lineId: String(frame.text) }));
    const { live } = joined();
    expect(live.state().state).toBe("connecting");
    const sent = ["a", "b", "c"].map((text) => live.send({ type: "chat", text }));
    expect(await Promise.all(sent)).toEqual([{ lineId: "a" }, { lineId: "b" }, { lineId: "c" }]);
    expect(server.frames.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  });

  test.each([
    [4403, "dropped"],
    [4404, "removed"],
    [4409, "cancelled"],
    [4410, "ended"],
  ])("tries no more after %i: %s is final", async (code, detail) => {
    server.onJoin((peer) => peer.close(code, detail));
    const { live, states } = joined();
    await until(() => live.state().state === "closed");
    expect(states.at(-1)).toEqual({ state: "closed", reason: "ended", code, detail });
    await expect(live.send({ type: "hand:raise" })).rejects.toMatchObject({ code: "CLOSED" });
    expect(server.addresses).toHaveLength(1);
  });

  test.each([1008, 1009, 1011, 1012])("comes back after %i", async (code) => {
    server.onJoin((peer) =>
      server.peers.length === 1 ? peer.close(code) : peer.send(told("welcome", {}, 1)),
    );
    const { seqs } = joined();
    await until(() => seqs().length === 1);
    expect(server.addresses).toHaveLength(2);
  });

  test("tries no more when no ticket is given, and says the refusal's code and words", async () => {
    const refusal = Object.assign(new Error("Enroll first"), {
      status: 403,
      code: "PERMISSION_DENIED",
    });
    const { live, states } = joined({ ticket: () => Promise.reject(refusal) });
    await until(() => live.state().state === "closed");
    expect(states.at(-1)).toEqual({
      state: "closed",
      reason: "refused",
      code: "PERMISSION_DENIED",
      detail: "Enroll first",
    });
    expect(server.addresses).toEqual([]);
  });

  test("leaves when it is told to, and what waits then is refused", async () => {
    const { live, states } = joined();
    const waiting = live.send({ type: "hand:raise" }).catch((error) => error.code);
    live.close();
    expect(await waiting).toBe("CLOSED");
    expect(states.at(-1)).toMatchObject({ state: "closed", reason: "left" });
  });
});

describe("the attempts", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const delays = (states: readonly ConnectionState[]) =>
    states.flatMap((one) => (one.state === "waiting" ? [one.delayMs] : []));

  test("wait twice as long each time, up to the most, spread over the upper half", async () => {
    const ticket = vi.fn(() => Promise.reject(new Error("No network")));
    const backoff = { first: 1_000, most: 8_000 };
    const [late, early] = [1, 0].map((random) => joined({ ticket, backoff, random: () => random }));
    await vi.advanceTimersByTimeAsync(40_000);
    expect(delays(late?.states ?? []).slice(0, 6)).toEqual([
      1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
    expect(delays(early?.states ?? []).slice(0, 6)).toEqual([
      500, 1_000, 2_000, 4_000, 4_000, 4_000,
    ]);
  });

  test("wait as long as a refusal for now asks for", async () => {
    const busy = Object.assign(new Error("Busy"), { status: 429, retryAfterSeconds: 20 });
    const { states } = joined({ ticket: () => Promise.reject(busy) });
    await vi.advanceTimersByTimeAsync(0);
    expect(delays(states)).toEqual([20_000]);
  });

  test("are cut short when it is said that the network is back", async () => {
    const ticket = vi.fn(() => Promise.reject(new Error("No network")));
    const { live } = joined({ ticket, backoff: { first: 30_000, most: 30_000 } });
    await vi.advanceTimersByTimeAsync(0);
    expect(ticket).toHaveBeenCalledTimes(1);
    live.retry();
    await vi.advanceTimersByTimeAsync(0);
    expect(ticket).toHaveBeenCalledTimes(2);
  });

  test("begin anew after a connection that held, not after one that was gone at once", async () => {
    const sockets: Record<string, (event: object) => void>[] = [];
    const socket = (): Socket => {
      const on: Record<string, (event: object) => void> = {};
      sockets.push(on);
      return {
        send: () => undefined,
        close: () => undefined,
        addEventListener: (type, listener) => {
          on[type] = listener;
        },
      };
    };
    const { states } = joined({ socket, random: () => 1, backoff: { first: 1_000, most: 60_000 } });
    const last = () => sockets.at(-1) ?? {};
    for (const heldMs of [0, 0, 20_000, 0]) {
      await vi.advanceTimersByTimeAsync(10_000);
      last().open?.({});
      await vi.advanceTimersByTimeAsync(heldMs);
      last().close?.({ code: 1006 });
    }
    expect(delays(states)).toEqual([1_000, 2_000, 1_000, 2_000]);
  });

  test("begin when a ping gets no answer, and not while something is heard", async () => {
    const sent: string[] = [];
    const on: Record<string, (event: object) => void> = {};
    const socket = (): Socket => ({
      send: (text) => sent.push(text),
      close: () => undefined,
      addEventListener: (type, listener) => {
        on[type] = listener;
      },
    });
    const { live, states } = joined({ socket, heartbeat: { every: 1_000, within: 500 } });
    await vi.advanceTimersByTimeAsync(0);
    on.open?.({});
    await vi.advanceTimersByTimeAsync(900);
    on.message?.({ data: line(1) });
    await vi.advanceTimersByTimeAsync(900);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent).toEqual(["ping"]);
    on.message?.({ data: "pong" });
    await vi.advanceTimersByTimeAsync(1_100);
    expect([sent, live.state().state]).toEqual([["ping", "ping"], "open"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(states.map(({ state }) => state)).toContain("waiting");
  });

  test("are given up one by one where a server takes the connection and says nothing", async () => {
    const { live } = joined({ ticket: () => new Promise(() => undefined) });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(live.state().state).toBe("connecting");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(live.state()).toMatchObject({ state: "waiting", attempt: 1 });
  });
});

test("a port that refuses and then opens is reached in the end", async () => {
  const closed: Server = createServer();
  await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
  const { port } = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  const states: ConnectionState[] = [];
  const live = session({
    ticket: async () => ({ url: "/ws?ticket=1" }),
    origin: `http://127.0.0.1:${port}`,
    backoff: FAST,
    onState: (state) => states.push(state),
    onMessage: () => undefined,
  });
  open.push(live);
  await until(() => states.filter(({ state }) => state === "waiting").length >= 2);
  const late = new WebSocketServer({ port, host: "127.0.0.1" });
  await until(() => live.state().state === "open");
  live.close();
  for (const peer of late.clients) peer.terminate();
  await new Promise((done) => late.close(done));
});

describe("channels", () => {
  const listening = () => {
    const messages: string[] = [];
    const refused: string[] = [];
    const ended: string[] = [];
    let subscribed = 0;
    return {
      messages,
      refused,
      ended,
      subscribed: () => subscribed,
      listener: {
        onMessage: ({ type }: { type: string }) => messages.push(type),
        onSubscribed: () => {
          subscribed += 1;
        },
        onRefused: ({ code }: { code: string }) => refused.push(code),
        onEnded: (detail: string) => ended.push(detail),
      },
    };
  };
  const connected = () => {
    const all = channels({
      ticket: async () => ({ url: "/ws?ticket=1" }),
      origin: server.origin,
      backoff: FAST,
    });
    open.push(all);
    return all;
  };
  const say = (peer: Peer, type: string, channel: unknown, data = {}) =>
    peer.send(JSON.stringify({ type, channel, data, timestamp: 1 }));

  test("are subscribed to again after a break, and each message goes to its own", async () => {
    server.onFrame((peer, { type, channel }) => {
      say(peer, `${type}d`, channel);
      if (server.peers.length === 1) peer.terminate();
      else say(peer, channel === "a" ? "enrollment:new" : "notification:new", channel);
    });
    const all = connected();
    const [a, b] = [listening(), listening()];
    all.subscribe("a", a.listener);
    all.subscribe("b", b.listener);
    await until(() => a.messages.length > 0 && b.messages.length > 0);
    expect([a.messages, b.messages]).toEqual([["enrollment:new"], ["notification:new"]]);
  });

  test("that are refused are asked for no more; the others go on", async () => {
    server.onFrame((peer, { type, channel }) => {
      if (channel === "admin") {
        return say(peer, "error", channel, { code: "PERMISSION_DENIED", detail: "Not yours" });
      }
      say(peer, `${type}d`, channel);
      if (server.frames.length === 2) peer.terminate();
    });
    const all = connected();
    const [admin, own] = [listening(), listening()];
    all.subscribe("admin", admin.listener);
    all.subscribe("own", own.listener);
    await until(() => own.subscribed() === 2 || server.frames.length >= 3);
    expect(admin.refused).toEqual(["PERMISSION_DENIED"]);
    expect(server.frames.filter(({ channel }) => channel === "admin")).toHaveLength(1);
  });

  test("that are taken away tell why and are asked for no more, unlike those left and wished for again", async () => {
    server.onFrame((peer, { type, channel }) => {
      say(peer, `${type}d`, channel);
      if (channel === "lost") {
        say(peer, "unsubscribed", channel, { detail: "Not yours any more" });
        say(peer, "enrollment:new", channel);
      }
      if (channel === "kept" && type === "subscribe" && server.peers.length === 1) {
        say(peer, "unsubscribed", channel);
        peer.terminate();
      }
    });
    const all = connected();
    const [lost, kept] = [listening(), listening()];
    const leave = all.subscribe("lost", lost.listener);
    all.subscribe("kept", kept.listener);
    await until(() => kept.subscribed() === 2);
    expect([lost.ended, kept.ended]).toEqual([["Not yours any more"], []]);
    expect([lost.messages, lost.subscribed()]).toEqual([[], 1]);
    leave();
    all.subscribe("lost", lost.listener);
    await until(() => lost.subscribed() === 2);
    expect(server.frames.map(({ channel }) => channel)).toEqual(["lost", "kept", "kept", "lost"]);
  });

  test("are left with their last listener", async () => {
    server.onFrame((peer, { type, channel }) => say(peer, `${type}d`, channel));
    const all = connected();
    const [one, other] = [listening(), listening()];
    const leaves = [all.subscribe("a", one.listener), all.subscribe("a", other.listener)];
    await until(() => one.subscribed() + other.subscribed() === 2);
    for (const leave of leaves) leave();
    await until(() => server.frames.length === 2);
    expect(server.frames.map(({ type }) => type)).toEqual(["subscribe", "unsubscribe"]);
  });

  test("end with the access to the organization, and not with a server that restarts", async () => {
    server.onJoin((peer) => peer.close(server.peers.length === 1 ? 1012 : 4403));
    const all = connected();
    await until(() => all.state().state === "closed");
    expect(all.state()).toMatchObject({ reason: "ended", code: 4403 });
    expect(server.peers).toHaveLength(2);
  });
});
