import * as z from "zod";
import { errorText } from "../src/kernel/error.ts";
import type { LogLine } from "../src/kernel/ports.ts";
import { type Allowance, type Close, spend } from "../src/live/frames.ts";
import { identity } from "../src/live/room.ts";

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

/** What stays with a socket through hibernation; `floor` is the last broadcast that its greeting covers. */
const attached = identity.extend({ conn: z.string(), floor: z.int() });
export type Attached = z.infer<typeof attached>;

/** Said of a close, never sent with one (RFC 6455, 7.4.1). */
const RESERVED_CODES = [1004, 1005, 1006, 1015];

/** The sockets of one object, and who is behind each. */
export function crowd(
  sockets: Sockets,
  { now, log }: { now: () => number; log: (line: LogLine) => void },
) {
  const known = new WeakMap<WebSocket, Attached>();
  /** Forgotten in hibernation: whoever was idle so long may send at full rate again. */
  const allowances = new WeakMap<WebSocket, Allowance>();

  /** Those who are going get nothing more. */
  const open = (): WebSocket[] =>
    sockets.getWebSockets().filter((one) => one.readyState === WebSocket.READY_STATE_OPEN);

  function of(socket: WebSocket): Attached {
    const before = known.get(socket);
    if (before) return before;
    const who = attached.parse(socket.deserializeAttachment());
    known.set(socket, who);
    return who;
  }

  /** A socket that broke a moment ago keeps the message from no other. */
  function push(socket: WebSocket, text: string): void {
    try {
      socket.send(text);
    } catch (error) {
      log({ level: "warn", unit: "socket", outcome: "not sent", error: errorText(error) });
    }
  }

  return {
    of,
    push,
    admit(socket: WebSocket, who: Attached): void {
      sockets.acceptWebSocket(socket);
      socket.serializeAttachment(who);
    },
    /** To all whose greeting does not cover it. */
    pushAll(seq: number, text: string): void {
      for (const socket of open()) if (of(socket).floor < seq) push(socket, text);
    },
    /** Ends the connections of one person, of those named, or of all. */
    close(
      { code, reason }: Close,
      {
        userId,
        conns,
      }: { userId?: string | undefined; conns?: readonly string[] | undefined } = {},
    ): void {
      for (const socket of open()) {
        const who = of(socket);
        const isMeant =
          (userId === undefined || who.userId === userId) &&
          (conns === undefined || conns.includes(who.conn));
        if (isMeant) socket.close(code, reason);
      }
    },
    /** Answers a client's close: the hibernation API leaves it to us, and the client waits for it. */
    part(socket: WebSocket, code: number): void {
      socket.close(RESERVED_CODES.includes(code) ? 1000 : code);
    },
    /** Every socket whose end has not been told of yet. */
    conns: (): string[] => sockets.getWebSockets().map((socket) => of(socket).conn),
    count: (): number => open().length,
    /** Takes one frame off what the socket may send; the close that is due where nothing is left. */
    spend(socket: WebSocket): Close | undefined {
      const after = spend(allowances.get(socket), now());
      if ("code" in after) return after;
      allowances.set(socket, after);
      return undefined;
    },
  };
}
