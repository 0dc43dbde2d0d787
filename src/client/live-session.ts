import {
  type AckData,
  type Broadcast,
  CLOSE_CODES,
  type ClientFrame,
  type ParticipantsData,
  type ServerFrame,
} from "../live/protocol.ts";
import { type ConnectionOptions, reconnecting } from "./reconnecting.ts";

type Unnamed<F> = F extends unknown ? Omit<F, "ref"> : never;
/** What a participant sends; its `ref` is given here. */
export type Sent = Unnamed<ClientFrame>;
/** What the server tells all, and the `welcome` that replaces whatever was known. */
export type Told = Broadcast | Extract<ServerFrame, { type: "welcome" }>;

export type SessionOptions = ConnectionOptions & {
  onMessage(message: Told): void;
  /** Of what was sent without waiting for its answer, and of frames that the server could not read. */
  onError?(error: RealtimeError): void;
  /** The seq of the last message seen, to go on from where an earlier connection ended. */
  since?: number;
};

/** Why something was not done: the server's code, or UNCONFIRMED, TIMEOUT and CLOSED of the connection. */
export class RealtimeError extends Error {
  override readonly name = "RealtimeError";
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

type Sending = {
  ref: string;
  frame: Sent;
  resolve(data: AckData | ParticipantsData): void;
  reject(error: RealtimeError): void;
};

const SEND_MS = 30_000;
const FINAL = [CLOSE_CODES.dropped, CLOSE_CODES.removed, CLOSE_CODES.cancelled, CLOSE_CODES.ended];
/** Done twice these would be there twice: where the answer got lost, whoever sent them has to look. */
const ONCE: readonly Sent["type"][] = ["chat", "poll:open", "react"];

/** A live session, through every break of the connection: each message once and in its order. */
export function session(options: SessionOptions) {
  let { since } = options;
  let refs = 0;
  const name = Math.floor((options.random ?? Math.random)() * 36 ** 6).toString(36);
  let waiting: Sending[] = [];
  const unanswered = new Map<string, Sending>();

  const connection = reconnecting({
    ...options,
    finalCodes: FINAL,
    addressOf: (url) => (since === undefined ? url : withSince(url, since)),
    onOpen: flush,
    onText: (text) => hear(JSON.parse(text) as ServerFrame),
    onLost: () => {
      const lost = [...unanswered.values()];
      unanswered.clear();
      const isOnce = ({ frame }: Sending) => ONCE.includes(frame.type);
      waiting = [...lost.filter((one) => !isOnce(one)), ...waiting];
      for (const one of lost.filter(isOnce)) one.reject(UNCONFIRMED());
    },
    onClosed: () => {
      const left = [...unanswered.values(), ...waiting];
      unanswered.clear();
      waiting = [];
      for (const one of left) one.reject(CLOSED());
    },
  });

  function flush(): void {
    for (const one of waiting.splice(0)) transmit(one);
  }

  function transmit(one: Sending): void {
    unanswered.set(one.ref, one);
    connection.send(JSON.stringify({ ...one.frame, ref: one.ref }));
  }

  function hear(frame: ServerFrame): void {
    switch (frame.type) {
      case "ack":
      case "participants":
        take(frame.ref)?.resolve(frame.data);
        break;
      case "error":
        fail(new RealtimeError(frame.data.code, frame.data.detail), take(frame.ref));
        break;
      case "welcome":
        see(frame);
        break;
      default:
        if (since === undefined || frame.seq > since) see(frame);
    }
  }

  function see(message: Told): void {
    since = message.seq;
    options.onMessage(message);
  }

  function fail(error: RealtimeError, asked: Sending | undefined): void {
    if (asked) asked.reject(error);
    else options.onError?.(error);
  }

  function take(ref: string | undefined): Sending | undefined {
    const found = ref === undefined ? undefined : unanswered.get(ref);
    if (found) unanswered.delete(found.ref);
    return found;
  }

  function ask(frame: Sent): Promise<AckData | ParticipantsData> {
    if (connection.state().state === "closed") return Promise.reject(CLOSED());
    refs += 1;
    const ref = `${name}-${refs}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting = waiting.filter((one) => one.ref !== ref);
        unanswered.delete(ref);
        reject(new RealtimeError("TIMEOUT", "No answer came in time"));
      }, SEND_MS);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      const one = { ref, frame, resolve: settled(resolve), reject: settled(reject) };
      if (connection.state().state === "open") transmit(one);
      else waiting.push(one);
    });
  }

  return {
    /** Sent at once, or when the connection is there again; settled by the server's answer. */
    send: (frame: Sent): Promise<AckData> => ask(frame) as Promise<AckData>,
    participants: (after?: string): Promise<ParticipantsData> =>
      ask({
        type: "participants",
        ...(after === undefined ? {} : { after }),
      }) as Promise<ParticipantsData>,
    state: connection.state,
    /** The seq of the last message, for `since`. */
    seen: () => since,
    /** Tries at once instead of waiting on. */
    retry: connection.retry,
    close: connection.close,
  };
}

export type LiveSession = ReturnType<typeof session>;

const UNCONFIRMED = () =>
  new RealtimeError("UNCONFIRMED", "The connection broke before the answer: it may have been done");
const CLOSED = () => new RealtimeError("CLOSED", "The connection is closed");

function withSince(url: string, since: number): string {
  const address = new URL(url);
  address.searchParams.set("since", String(since));
  return address.href;
}
