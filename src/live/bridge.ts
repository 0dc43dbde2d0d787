import type { Envelope } from "../kernel/event.ts";
import {
  instructorChannel,
  type LmsWsMessage,
  type LmsWsMessageType,
  learnerChannel,
  sessionChannel,
} from "./channels.ts";
import { type ChannelOf, FORWARDED, type ForwardingRule, forwardedOn } from "./forwarding.ts";

type Gateway = { broadcast(channel: string, event: string, payload: unknown): Promise<void> };
type Bus = {
  subscribe(pattern: string, handler: (event: Envelope) => Promise<void>): () => void;
};
/** `rules` are those that it has from the start; source 1's where none are given. */
type Options = { now?: () => number; rules?: readonly ForwardingRule[] };
type Notice = { type: LmsWsMessageType; [field: string]: unknown };

/** Carries the events of a bus to the channels of a realtime gateway. */
export class LMSRealtimeBridge {
  readonly #gateway: Gateway;
  readonly #now: () => number;
  readonly #rules: ForwardingRule[];
  readonly #buses = new Map<Bus, (() => void)[]>();

  constructor(gateway: Gateway, { now = Date.now, rules = FORWARDED }: Options = {}) {
    this.#gateway = gateway;
    this.#now = now;
    this.#rules = [...rules];
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

  #follow(bus: Bus, { pattern, channelOf }: ForwardingRule): () => void {
    return bus.subscribe(pattern, async (event) => {
      const channel = channelOf(event);
      if (channel === undefined) return;
      const occurredAt = event.occurredAt ?? this.#now();
      await this.#broadcast(forwardedOn(channel, { ...event, occurredAt }));
    });
  }

  #send(channel: string, type: LmsWsMessageType, data: unknown, timestamp: number): Promise<void> {
    return this.#broadcast({ type, channel, data, timestamp });
  }

  #broadcast(message: LmsWsMessage): Promise<void> {
    return this.#gateway.broadcast(message.channel, message.type, message);
  }
}

export const createLMSRealtimeBridge = (gateway: Gateway, options?: Options): LMSRealtimeBridge =>
  new LMSRealtimeBridge(gateway, options);

/** Starts to forward; what it gives stops that. */
export const registerLMSRealtime = (bridge: LMSRealtimeBridge, eventBus: Bus): (() => void) =>
  bridge.attach(eventBus);
