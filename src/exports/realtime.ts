export {
  type ChannelListener,
  type Channels,
  type ChannelsOptions,
  channels,
} from "../client/channels.ts";
export {
  type LiveSession,
  RealtimeError,
  type Sent,
  type SessionOptions,
  session,
  type Told,
} from "../client/live-session.ts";
export type {
  ClosedReason,
  ConnectionOptions,
  ConnectionState,
  Socket,
  Ticket,
} from "../client/reconnecting.ts";
export type { ChannelError } from "../live/channel-protocol.ts";
export {
  adminChannel,
  instructorChannel,
  type LmsWsMessage,
  type LmsWsMessageType,
  learnerChannel,
  sessionChannel,
} from "../live/channels.ts";
export * from "../live/protocol.ts";
