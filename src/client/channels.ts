import type {
  ChannelAnswer,
  ChannelError,
  ChannelFrame,
  ChannelRequest,
} from "../live/channel-protocol.ts";
import type { LmsWsMessage } from "../live/channels.ts";
import { type ConnectionOptions, reconnecting } from "./reconnecting.ts";

export type ChannelListener = {
  onMessage(message: LmsWsMessage): void;
  /** The channel is open; told again after every reconnection, when something may have been missed. */
  onSubscribed?(): void;
  /** It is not for this member; nothing more comes of it. */
  onRefused?(error: ChannelError["data"]): void;
  /** It was theirs and is no longer; nothing more comes of it, after a reconnection neither. */
  onEnded?(detail: string): void;
};

export type ChannelsOptions = ConnectionOptions & {
  /** Of a frame that named no channel. */
  onError?(error: ChannelError["data"]): void;
};

/** The access to this organization is over. */
const FINAL = [4403];
const AGAIN_MS = 5_000;

/** The channels of an organization over one socket, subscribed to again after every break. */
export function channels(options: ChannelsOptions) {
  const listeners = new Map<string, Set<ChannelListener>>();
  const later = new Set<ReturnType<typeof setTimeout>>();
  const connection = reconnecting({
    ...options,
    finalCodes: FINAL,
    addressOf: (url) => url,
    onOpen: () => {
      for (const channel of listeners.keys()) ask("subscribe", channel);
    },
    onText: (text) => hear(JSON.parse(text) as ChannelFrame),
    onLost: forgetLater,
    onClosed: () => {
      forgetLater();
      listeners.clear();
    },
  });

  function forgetLater(): void {
    for (const timer of later) clearTimeout(timer);
    later.clear();
  }

  function ask(type: ChannelRequest["type"], channel: string): void {
    if (connection.state().state !== "open") return;
    connection.send(JSON.stringify({ type, channel } satisfies ChannelRequest));
  }

  function hear(frame: ChannelFrame): void {
    const told = [...((frame.channel !== undefined && listeners.get(frame.channel)) || [])];
    switch (frame.type) {
      case "subscribed":
        for (const one of told) one.onSubscribed?.();
        break;
      case "unsubscribed":
        end(frame, told);
        break;
      case "error":
        fail(frame, told);
        break;
      default:
        for (const one of told) one.onMessage(frame);
    }
  }

  function fail({ channel, data }: ChannelError, told: readonly ChannelListener[]): void {
    if (channel === undefined) options.onError?.(data);
    else if (data.code === "OVERLOADED") askLater(channel);
    else {
      listeners.delete(channel);
      for (const one of told) one.onRefused?.(data);
    }
  }

  /** The answer to a wish of one's own gives no reason, and may come when the channel is wished for again. */
  function end({ channel, data }: ChannelAnswer, told: readonly ChannelListener[]): void {
    if (data.detail === undefined) return;
    listeners.delete(channel);
    for (const one of told) one.onEnded?.(data.detail);
  }

  function askLater(channel: string): void {
    const timer = setTimeout(() => {
      later.delete(timer);
      if (listeners.has(channel)) ask("subscribe", channel);
    }, AGAIN_MS);
    later.add(timer);
  }

  return {
    /** Listens until the function that it gives is called; may be called before the connection is there. */
    subscribe(channel: string, listener: ChannelListener): () => void {
      const known = listeners.get(channel);
      listeners.set(channel, (known ?? new Set()).add(listener));
      if (!known) ask("subscribe", channel);
      return () => {
        const left = listeners.get(channel);
        if (!left?.delete(listener) || left.size > 0) return;
        listeners.delete(channel);
        ask("unsubscribe", channel);
      };
    },
    state: connection.state,
    retry: connection.retry,
    close: connection.close,
  };
}

export type Channels = ReturnType<typeof channels>;
