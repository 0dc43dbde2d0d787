import type { ChannelMessage, Ports } from "../kernel/ports.ts";

type Gateway = {
  broadcast(channel: string, event: string, payload: unknown): Promise<void>;
  subscribe(clientId: string, channels: string[]): void;
  unsubscribe(clientId: string, channels: string[]): void;
};
type Unit = { now(): number; id(): string };

/** A gateway for the bridge, and for whoever embeds the core, over a deployment's own channels. */
export const gatewayOver = ({ publish }: Ports["realtime"], unit: Unit): Gateway => ({
  async broadcast(channel, event, payload) {
    const { orgId, ...message } = broadcastOf(channel, event, payload, unit);
    await publish(orgId, [message]);
  },
  subscribe: byItself,
  unsubscribe: byItself,
});

function byItself(): never {
  throw new Error("Whoever listens subscribes by itself, over /lms/realtime");
}

/**
 * A broadcast as a message of its organization. Its channel says which, or, where that is a person's,
 * its data. Throws where neither does.
 */
export function broadcastOf(
  channel: string,
  event: string,
  payload: unknown,
  { now, id }: Unit,
): ChannelMessage & { orgId: string } {
  const { data = payload, timestamp = now() } = isMessage(payload) ? payload : {};
  const [, named, , person] = /^org:(.+?):(lms:.+|actor:(.+):lms)$/.exec(channel) ?? [];
  const orgId = person === undefined ? named : (data as { orgId?: unknown } | null)?.orgId;
  if (typeof orgId !== "string") throw new Error(`${channel} is no channel of an organization`);
  return { id: id(), channel, type: event, data, timestamp, orgId };
}

const isMessage = (payload: unknown): payload is { data: unknown; timestamp: number } =>
  typeof payload === "object" && payload !== null && "data" in payload && "timestamp" in payload;
