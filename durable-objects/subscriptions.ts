import * as z from "zod";
import { type Channel, type Hearer, nameOf } from "../src/live/channel-access.ts";
import { admission, CHANNELS_MAX } from "../src/live/gateway.ts";

const channel: z.ZodType<Channel> = z.union([
  z.object({ of: z.enum(["session", "instructor"]), id: z.string() }),
  z.object({ of: z.enum(["learner", "admin"]), id: z.null() }),
]);
const kept = admission.omit({ socketsMax: true }).extend({ channels: z.array(channel) });

/** Somebody at one of an organization's objects. */
type Here = Hearer & { shard: number };

/** A socket, who is behind it, and the channels that it hears by their names. */
export type Listener = {
  socket: WebSocket;
  hearer: Here;
  channels: Map<string, Channel>;
};

/** Those connected and what each hears; both stay with the socket through hibernation. */
export function subscriptions(
  sockets: Pick<DurableObjectState, "acceptWebSocket" | "getWebSockets">,
) {
  const known = new WeakMap<WebSocket, Listener>();

  function listenerOf(socket: WebSocket): Listener {
    const seen = known.get(socket);
    if (seen) return seen;
    const { channels, ...hearer } = kept.parse(socket.deserializeAttachment());
    const named = channels.map((one): [string, Channel] => [nameOf(one, hearer), one]);
    const listener = { socket, hearer, channels: new Map(named) };
    known.set(socket, listener);
    return listener;
  }

  const keep = ({ socket, hearer, channels }: Listener): void =>
    socket.serializeAttachment({ ...hearer, channels: [...channels.values()] });

  return {
    of: listenerOf,
    admit(socket: WebSocket, hearer: Here): void {
      sockets.acceptWebSocket(socket);
      keep({ socket, hearer, channels: new Map() });
    },
    /** Those who are going hear nothing more. */
    open: (): Listener[] =>
      sockets
        .getWebSockets()
        .filter((one) => one.readyState === WebSocket.READY_STATE_OPEN)
        .map(listenerOf),
    isFull: ({ channels }: Listener): boolean => channels.size >= CHANNELS_MAX,
    add(listener: Listener, name: string, one: Channel): void {
      listener.channels.set(name, one);
      keep(listener);
    },
    remove(listener: Listener, name: string): void {
      if (listener.channels.delete(name)) keep(listener);
    },
  };
}
