import type { LmsWsMessage } from "./channels.ts";

/** What a client sends on `/lms/realtime`. */
export type ChannelRequest = { type: "subscribe" | "unsubscribe"; channel: string };

/** What it answers: the channel is open from here on, or closed. */
export type ChannelAnswer = {
  type: "subscribed" | "unsubscribed";
  channel: string;
  data: { detail?: string };
  /** Epoch milliseconds. */
  timestamp: number;
};

/** Why a frame was not taken; `channel` is the one it named, where it named one. */
export type ChannelError = {
  type: "error";
  channel?: string;
  data: { code: ChannelErrorCode; detail: string };
  timestamp: number;
};
export type ChannelErrorCode =
  | "VALIDATION_FAILED"
  | "PERMISSION_DENIED"
  | "CAPACITY_REACHED"
  | "OVERLOADED";

/** Everything that a client of `/lms/realtime` hears. `"ping"` as text is answered with `"pong"`. */
export type ChannelFrame = LmsWsMessage | ChannelAnswer | ChannelError;
