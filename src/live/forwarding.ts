import type { Envelope } from "../kernel/event.ts";
import { matchesEvent } from "../kernel/event.ts";
import {
  adminChannel,
  instructorChannel,
  type LmsWsMessage,
  type LmsWsMessageType,
  learnerChannel,
  sessionChannel,
} from "./channels.ts";

type Told = Pick<Envelope, "type" | "orgId" | "payload" | "occurredAt">;
/** The channel of an event, or none where it does not say whom it concerns. */
export type ChannelOf = (event: Envelope) => string | undefined;
export type ForwardingRule = { pattern: string; channelOf: ChannelOf };

const field = ({ payload }: Pick<Told, "payload">, name: string): string | undefined => {
  const value = (payload as Record<string, unknown> | null)?.[name];
  return typeof value === "string" ? value : undefined;
};

const by =
  (name: string, channel: (orgId: string, id: string) => string) =>
  (event: Told): string | undefined => {
    const id = field(event, name);
    return id === undefined ? undefined : channel(event.orgId, id);
  };

/** Who hears of what. Source 1, section 8, and of one's own progress. */
export const FORWARDED = [
  { pattern: "session.*", channelOf: by("sessionId", sessionChannel) },
  { pattern: "enrollment.*", channelOf: by("courseId", instructorChannel) },
  { pattern: "submission.*", channelOf: by("courseId", instructorChannel) },
  { pattern: "module.unlocked", channelOf: by("learnerId", learnerChannel) },
  { pattern: "certificate.issued", channelOf: by("learnerId", learnerChannel) },
  { pattern: "openedx.*", channelOf: by("courseId", instructorChannel) },
  { pattern: "progress.updated", channelOf: by("learnerId", learnerChannel) },
  {
    pattern: "course.submitted-for-review",
    channelOf: ({ orgId }: Pick<Told, "orgId">) => adminChannel(orgId),
  },
] as const satisfies readonly ForwardingRule[];

const TYPES: Readonly<Record<string, LmsWsMessageType>> = {
  session: "session:state",
  enrollment: "enrollment:new",
  submission: "submission:new",
  module: "module:unlock",
  certificate: "certificate:ready",
  progress: "progress:updated",
  openedx: "import:progress",
};

/** The status that a session's event leaves it in. */
const SESSION_STATUS: Readonly<Record<string, string>> = {
  "session.created": "scheduled",
  "session.started": "live",
  "session.ended": "ended",
  "session.recorded": "recorded",
  "session.cancelled": "cancelled",
};

const typeOf = (type: string): LmsWsMessageType =>
  TYPES[type.slice(0, type.indexOf("."))] ?? "notification:new";

/**
 * What an event tells on a channel: its payload, its name, the organization it comes from, and the
 * names of people and things that an event leaves out.
 */
export const forwardedOn = (
  channel: string,
  { type, orgId, payload, occurredAt }: Told,
  names: Readonly<Record<string, unknown>> = {},
): LmsWsMessage => ({
  type: typeOf(type),
  channel,
  data: {
    ...(payload as Record<string, unknown>),
    ...names,
    ...(SESSION_STATUS[type] === undefined ? {} : { status: SESSION_STATUS[type] }),
    event: type,
    orgId,
  },
  timestamp: occurredAt,
});

/** Where an event is told by the rules that there are from the start. */
export const channelOfEvent = (event: Told): string | undefined =>
  FORWARDED.find(({ pattern }) => matchesEvent(pattern, event.type))?.channelOf(event);
