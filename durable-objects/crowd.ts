import { errorText } from "../src/kernel/error.ts";
import type { LogLine } from "../src/kernel/ports.ts";
import { type Allowance, type Close, spend } from "../src/live/frames.ts";
import { peopleOf } from "../src/live/presence.ts";
import { type Identity, identity } from "../src/live/room.ts";

type Sockets = Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">;

/** Said of a close, never sent with one (RFC 6455, 7.4.1). */
const RESERVED_CODES = [1004, 1005, 1006, 1015];

/** Those connected. Who is behind a socket stays with it through hibernation. */
export function crowd(
  sockets: Sockets,
  { now, log }: { now: () => number; log: (line: LogLine) => void },
) {
  const identities = new WeakMap<WebSocket, Identity>();
  /** Forgotten in hibernation: whoever was idle so long may send at full rate again. */
  const allowances = new WeakMap<WebSocket, Allowance>();

  /** Those who are going get nothing more and count no more. */
  const open = (): WebSocket[] =>
    sockets.getWebSockets().filter((one) => one.readyState === WebSocket.READY_STATE_OPEN);

  function identityOf(socket: WebSocket): Identity {
    const known = identities.get(socket);
    if (known) return known;
    const attached = identity.parse(socket.deserializeAttachment());
    identities.set(socket, attached);
    return attached;
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
    admit(socket: WebSocket, who: Identity): void {
      sockets.acceptWebSocket(socket);
      socket.serializeAttachment(who);
    },
    push,
    pushAll(text: string): void {
      for (const socket of open()) push(socket, text);
    },
    closeAll({ code, reason }: { code: number; reason: string }): void {
      for (const socket of open()) socket.close(code, reason);
    },
    closeOf(userId: string, { code, reason }: { code: number; reason: string }): void {
      for (const socket of open().filter((one) => identityOf(one).userId === userId)) {
        socket.close(code, reason);
      }
    },
    /** Answers a client's close: the hibernation API leaves it to us, and the client waits for it. */
    part(socket: WebSocket, code: number): void {
      socket.close(RESERVED_CODES.includes(code) ? 1000 : code);
    },
    people: (): ReadonlyMap<string, string> => peopleOf(open().map(identityOf)),
    /** Takes one frame off what the socket may send; the close that is due where nothing is left. */
    spend(socket: WebSocket): Close | undefined {
      const after = spend(allowances.get(socket), now());
      if ("code" in after) return after;
      allowances.set(socket, after);
      return undefined;
    },
  };
}
