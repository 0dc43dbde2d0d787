import type { Envelope } from "../kernel/event.ts";
import {
  adminChannel,
  instructorChannel,
  type LmsWsMessageType,
  learnerChannel,
  sessionChannel,
} from "./channels.ts";

type Gateway = { broadcast(channel: string, event: string, payload: unknown): Promise<void> };
type Bus = {
  subscribe(pattern: string, handler: (event: Envelope) => Promise<void>): () => void;
};
/** The channel of an event, or none where it does not say whom it concerns. */
type ChannelOf = (event: Envelope) => string | undefined;
type Rule = { pattern: string; channelOf: ChannelOf };
type Notice = { type: LmsWsMessageType; [field: string]: unknown };

const field = (event: Envelope, name: string): string | undefined => {
  const value = (event.payload as Record<string, unknown> | null)?.[name];
  return typeof value === "string" ? value : undefined;
};

const by =
  (name: string, channel: (orgId: string, id: string) => string): ChannelOf =>
  (event) => {
    const id = field(event, name);
    return id === undefined ? undefined : channel(event.orgId, id);
  };

/** Who hears of what. Source 1, section 8. */
const FORWARDED: readonly Rule[] = [
  { pattern: "session.*", channelOf: by("sessionId", sessionChannel) },
  { pattern: "enrollment.*", channelOf: by("courseId", instructorChannel) },
  { pattern: "submission.*", channelOf: by("courseId", instructorChannel) },
  { pattern: "module.unlocked", channelOf: by("learnerId", learnerChannel) },
  { pattern: "certificate.issued", channelOf: by("learnerId", learnerChannel) },
  { pattern: "course.submitted-for-review", channelOf: ({ orgId }) => adminChannel(orgId) },
];

const TYPES: Readonly<Record<string, LmsWsMessageType>> = {
  session: "session:state",
  enrollment: "enrollment:new",
  submission: "submission:new",
  module: "module:unlock",
  certificate: "certificate:ready",
};

/** The status that a session's event leaves it in. */
const SESSION_STATUS: Readonly<Record<string, string>> = {
  "session.created": "scheduled",
  "session.started": "live",
  "session.ended": "ended",
  "session.recorded": "recorded",
  "session.cancelled": "cancelled",
};

const typeOf = (event: Envelope): LmsWsMessageType =>
  TYPES[event.type.slice(0, event.type.indexOf("."))] ?? "notification:new";

/** What an event tells those connected: its name, its payload, and the organization it comes from. */
const dataOf = ({ type, orgId, payload }: Envelope) => ({
  ...(payload as Record<string, unknown>),
  ...(SESSION_STATUS[type] === undefined ? {} : { status: SESSION_STATUS[type] }),
  event: type,
  orgId,
});

/** Carries the events of a bus to the channels of a realtime gateway. */
export class LMSRealtimeBridge {
  readonly #gateway: Gateway;
  readonly #now: () => number;
  readonly #rules: Rule[] = [...FORWARDED];
  readonly #buses = new Map<Bus, (() => void)[]>();

  constructor(gateway: Gateway, { now = Date.now }: { now?: () => number } = {}) {
    this.#gateway = gateway;
    this.#now = now;
  }

  /** Adds a rule to those that the bridge has from the start. */
  forward(pattern: string, channelOf: ChannelOf): void {
    const rule = { pattern, channelOf };
    this.#rules.push(rule);
    for (const [bus, subscriptions] of this.#buses) subscriptions.push(this.#follow(bus, rule));
  }

  /** Starts to forward a bus's events; what it gives stops that. */
  attach(bus: Bus): () => void {
    this.#buses.get(bus)?.forEach((off) => {
      off();
    });
    const subscriptions = this.#rules.map((rule) => this.#follow(bus, rule));
    this.#buses.set(bus, subscriptions);
    return () => {
      for (const off of subscriptions) off();
      if (this.#buses.get(bus) === subscriptions) this.#buses.delete(bus);
    };
  }

  broadcastSessionState(
    orgId: string,
    sessionId: string,
    state: { status: string; participantCount?: number },
  ): Promise<void> {
    return this.#send(sessionChannel(orgId, sessionId), "session:state", state, this.#now());
  }

  broadcastSessionPresence(
    orgId: string,
    sessionId: string,
    change: { type: "join" | "leave"; userId: string; name: string },
  ): Promise<void> {
    return this.#send(sessionChannel(orgId, sessionId), "session:presence", change, this.#now());
  }

  notifyInstructor(orgId: string, courseId: string, { type, ...data }: Notice): Promise<void> {
    return this.#send(instructorChannel(orgId, courseId), type, data, this.#now());
  }

  notifyLearner(orgId: string, learnerId: string, { type, ...data }: Notice): Promise<void> {
    return this.#send(learnerChannel(orgId, learnerId), type, { ...data, orgId }, this.#now());
  }

  #follow(bus: Bus, { pattern, channelOf }: Rule): () => void {
    return bus.subscribe(pattern, async (event) => {
      const channel = channelOf(event);
      if (channel === undefined) return;
      await this.#send(channel, typeOf(event), dataOf(event), event.occurredAt ?? this.#now());
    });
  }

  #send(channel: string, type: LmsWsMessageType, data: unknown, timestamp: number): Promise<void> {
    return this.#gateway.broadcast(channel, type, { type, channel, data, timestamp });
  }
}

export const createLMSRealtimeBridge = (
  gateway: Gateway,
  options?: { now?: () => number },
): LMSRealtimeBridge => new LMSRealtimeBridge(gateway, options);

/** Starts to forward; what it gives stops that. */
export const registerLMSRealtime = (bridge: LMSRealtimeBridge, eventBus: Bus): (() => void) =>
  bridge.attach(eventBus);
