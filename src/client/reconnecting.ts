/** What a WebSocket has to be for this, in a browser as in Node. */
export type Socket = {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { data?: unknown; code?: number; reason?: string }) => void,
  ): void;
};

/** What opens a socket once: the address that a ticket's command answers, ticket included. */
export type Ticket = { url: string | null };

export type ClosedReason =
  /** `close()` was called. */
  | "left"
  /** No ticket is given: `code` says why, as PERMISSION_DENIED or INVALID_TRANSITION. */
  | "refused"
  /** The server ended it for good: `code` is the close code. */
  | "ended";

export type ConnectionState =
  | { state: "connecting"; attempt: number }
  | { state: "open" }
  | { state: "waiting"; attempt: number; delayMs: number }
  | { state: "closed"; reason: ClosedReason; code?: number | string; detail?: string };

export type ConnectionOptions = {
  /** Asked before every attempt, for a ticket is good once. What it throws with a `status` of 4xx ends the attempts. */
  ticket(): Promise<Ticket>;
  /** The address of the deployment, as `https://lms.example.org`; in a browser the page's own where absent. */
  origin?: string;
  onState?(state: ConnectionState): void;
  /** Milliseconds. */
  backoff?: { first: number; most: number };
  /** Silence after which the connection is tried, and how long an answer may take; milliseconds. */
  heartbeat?: { every: number; within: number };
  socket?: (address: string) => Socket;
  random?: () => number;
};

type Parts = ConnectionOptions & {
  /** Codes of a close that no new ticket helps against. */
  finalCodes: readonly number[];
  addressOf(url: string): string;
  onOpen(): void;
  onText(text: string): void;
  onLost(): void;
  onClosed(): void;
};

export type Connection = ReturnType<typeof reconnecting>;

const BACKOFF = { first: 500, most: 30_000 };
const HEARTBEAT = { every: 25_000, within: 10_000 };
const CONNECT_MS = 15_000;
const PROBE_MS = 3_000;
/** Open for so long, it was a good connection: the next waits begin anew. */
const STEADY_MS = 10_000;
const LOST = 4_000;
const PING = "ping";
const PONG = "pong";

/** A connection that comes back: a fresh ticket and a longer wait for every attempt, and a heartbeat between. */
export function reconnecting(parts: Parts) {
  const { onState, random = Math.random, heartbeat = HEARTBEAT } = parts;
  let state: ConnectionState = { state: "connecting", attempt: 0 };
  let attempt = 0;
  let socket: Socket | undefined;
  /** What belongs to an attempt that was given up changes nothing any more. */
  let current = 0;
  const timers = timersBy("retry", "heart", "steady");

  function say(next: ConnectionState): void {
    state = next;
    onState?.(next);
  }

  async function connect(): Promise<void> {
    timers.clear();
    current += 1;
    const mine = current;
    say({ state: "connecting", attempt });
    timers.set("retry", CONNECT_MS, () => lose());
    try {
      const { url } = await parts.ticket();
      if (mine !== current) return;
      if (url === null) throw new Error("The ticket has been shown before");
      open(parts.addressOf(absolute(url, parts.origin)), mine);
    } catch (error) {
      if (mine !== current) return;
      const refused = refusalOf(error);
      if (refused) end({ state: "closed", reason: "refused", ...refused });
      else lose(retryAfterMs(error));
    }
  }

  function open(address: string, mine: number): void {
    const made = parts.socket?.(address) ?? newSocket(address);
    socket = made;
    const ours = (act: (event: { data?: unknown; code?: number; reason?: string }) => void) =>
      ((event) => {
        if (mine === current) act(event);
      }) satisfies Parameters<Socket["addEventListener"]>[1];
    made.addEventListener(
      "open",
      ours(() => {
        timers.set("steady", STEADY_MS, () => {
          attempt = 0;
        });
        timers.clear("retry");
        beat();
        say({ state: "open" });
        parts.onOpen();
      }),
    );
    made.addEventListener(
      "message",
      ours(({ data }) => {
        beat();
        if (typeof data === "string" && data !== PONG) parts.onText(data);
      }),
    );
    made.addEventListener(
      "close",
      ours(({ code = 1006, reason }) => {
        const detail = reason ? { detail: reason } : {};
        if (parts.finalCodes.includes(code))
          end({ state: "closed", reason: "ended", code, ...detail });
        else lose();
      }),
    );
    made.addEventListener("error", () => undefined);
  }

  /** Something was heard: the next try is due after as much silence again. */
  function beat(): void {
    timers.set("heart", heartbeat.every, () => probe(heartbeat.within));
  }

  function probe(within: number): void {
    if (state.state !== "open") return;
    socket?.send(PING);
    timers.set("heart", within, () => lose());
  }

  function dropSocket(code: number): void {
    current += 1;
    timers.clear();
    const gone = socket;
    socket = undefined;
    try {
      gone?.close(code);
    } catch {
      // A socket that never opened has nothing to close.
    }
  }

  function lose(atLeastMs = 0): void {
    const wasOpen = state.state === "open";
    dropSocket(LOST);
    if (wasOpen) parts.onLost();
    attempt += 1;
    const delayMs = Math.max(atLeastMs, delayOf(attempt, parts.backoff ?? BACKOFF, random));
    timers.set("retry", delayMs, () => void connect());
    say({ state: "waiting", attempt, delayMs });
  }

  function end(closed: ConnectionState): void {
    if (state.state === "closed") return;
    dropSocket(1000);
    unlisten();
    say(closed);
    parts.onClosed();
  }

  /** The wait is over at once, as when a laptop wakes; the network's own word counts as well. */
  function retry(): void {
    if (state.state === "waiting") void connect();
    else probe(PROBE_MS);
  }
  const unlisten = listenToNetwork(retry);

  void Promise.resolve().then(() => (state.state === "closed" ? undefined : connect()));
  return {
    state: () => state,
    send: (text: string) => socket?.send(text),
    retry,
    close: () => end({ state: "closed", reason: "left" }),
  };
}

/** Between half and all of what doubles with each attempt, so that a thousand come back spread out. */
function delayOf(
  attempt: number,
  { first, most }: { first: number; most: number },
  random: () => number,
): number {
  const whole = Math.min(most, first * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole * (0.5 + random() / 2));
}

/** Named timers: setting one again puts it off. */
function timersBy<N extends string>(..._names: N[]) {
  const running = new Map<N, ReturnType<typeof setTimeout>>();
  const clearOne = (name: N) => {
    clearTimeout(running.get(name));
    running.delete(name);
  };
  return {
    set(name: N, ms: number, act: () => void): void {
      clearOne(name);
      running.set(name, setTimeout(act, ms));
    },
    clear(name?: N): void {
      for (const one of name === undefined ? [...running.keys()] : [name]) clearOne(one);
    },
  };
}

/** A path becomes an address of the deployment, and http its WebSocket. */
function absolute(url: string, origin: string | undefined): string {
  const base = origin ?? (globalThis as { location?: { href: string } }).location?.href;
  const address = new URL(url, base);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

function newSocket(address: string): Socket {
  const { WebSocket: Made } = globalThis as unknown as {
    // SAFETY: every browser and Node from 22 on has it, with the four events above.
    WebSocket?: new (
      address: string,
    ) => Socket;
  };
  if (!Made) throw new TypeError("There is no WebSocket here; give one as `socket`");
  return new Made(address);
}

function listenToNetwork(act: () => void): () => void {
  const scope = globalThis as {
    addEventListener?: (type: string, listener: () => void) => void;
    removeEventListener?: (type: string, listener: () => void) => void;
  };
  for (const type of ["online", "offline"]) scope.addEventListener?.(type, act);
  return () => {
    for (const type of ["online", "offline"]) scope.removeEventListener?.(type, act);
  };
}

const PASSING = [408, 425, 429];

/** A refusal that the next attempt would get as well. */
function refusalOf(error: unknown): { code: string; detail?: string } | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { status, code, message } = error as {
    status?: unknown;
    code?: unknown;
    message?: unknown;
  };
  if (typeof status !== "number" || status < 400 || status >= 500 || PASSING.includes(status)) {
    return undefined;
  }
  return {
    code: typeof code === "string" ? code : String(status),
    ...(typeof message === "string" ? { detail: message } : {}),
  };
}

function retryAfterMs(error: unknown): number {
  const { retryAfterSeconds } = (error ?? {}) as { retryAfterSeconds?: unknown };
  return typeof retryAfterSeconds === "number" ? retryAfterSeconds * 1_000 : 0;
}
