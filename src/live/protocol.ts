/** What goes over the socket of a live session, both ways. Types and figures alone: a browser reads them. */

/** Sent as text beside the JSON frames; the answer wakes nobody. */
export const PING = "ping";
export const PONG = "pong";

export const CHAT_LENGTH_MAX = 1_000;
export const POLL_QUESTION_MAX = 300;
export const POLL_OPTION_MAX = 120;
export const POLL_OPTIONS = { min: 2, max: 10 } as const;
/** Longest name that a client gives to a frame of its own. */
export const REF_MAX = 64;

export const REACTIONS = [
  "thumbs-up",
  "applause",
  "heart",
  "laugh",
  "surprise",
  "celebrate",
  "confused",
] as const;
export type Reaction = (typeof REACTIONS)[number];

/** With these the server ends a connection. Those from 4400 on are final: a new ticket does not help. */
export const CLOSE_CODES = {
  /** More than 20 frames a second for long. Come back slower. */
  flood: 1008,
  /** A frame over 16 KiB. */
  tooLarge: 1009,
  /** Suspended, erased, or no longer a learner of this cohort. */
  dropped: 4403,
  /** Removed by a moderator; the ticket is refused too until readmitted. */
  removed: 4404,
  cancelled: 4409,
  ended: 4410,
} as const;

/** `learner` and `host` (its instructors) are participants; an `observer` is neither counted nor listed. */
export type RoomRole = "host" | "learner" | "observer";

/** What one may send: `speak` chat, hand, react and vote; `lead` polls, spotlight, mute; `moderate` remove and delete. */
export type May = { speak: boolean; lead: boolean; moderate: boolean };

/* ---- client to server ---- */

/** `ref` comes back in the frame's `ack` or `error`; without it only errors are answered. */
type Own<T extends string, Fields = unknown> = { type: T; ref?: string | undefined } & Fields;

export type ClientFrame =
  /** A page of the participants in the order of their ids, from after the one named. */
  | Own<"participants", { after?: string | undefined }>
  | Own<"chat", { text: string }>
  | Own<"chat:delete", { lineId: string }>
  | Own<"hand:raise">
  /** One's own, or whoever's where one leads. */
  | Own<"hand:lower", { userId?: string | undefined }>
  | Own<"react", { reaction: Reaction }>
  | Own<"poll:open", { question: string; options: string[] }>
  /** `option` is its place among the options, from 0. */
  | Own<"poll:vote", { pollId: string; option: number }>
  | Own<"poll:close", { pollId: string }>
  | Own<"spotlight", { userId: string | null }>
  /** Whether learners may write in the chat. */
  | Own<"mute", { muted: boolean }>
  | Own<"remove", { userId: string }>
  | Own<"readmit", { userId: string }>;
export type ClientFrameType = ClientFrame["type"];

/* ---- server to client ---- */

export type SessionStatus = "scheduled" | "live" | "ended" | "cancelled" | "recorded";

/** All of it each time that some of it changes; `warning` is said once, by the broadcast that gives it. */
export type StateData = {
  status: SessionStatus;
  /** ISO 8601. */
  plannedEnd: string;
  participantCount: number;
  /** Whom the host puts in the light. */
  spotlight: Person | null;
  /** While true, hosts alone write in the chat. */
  chatMuted: boolean;
  warning?: { minutesLeft: number };
};

/** `role` is left out for a learner. */
export type Person = { userId: string; name: string; role?: "host" };
export type ParticipantsData = { count: number; page: Person[]; next: string | null };

export type PresenceData = {
  changes: ({ type: "join" | "leave" } & Person)[];
  count: number;
};

/** `at` is ISO 8601. The name is empty where its person was erased. */
export type ChatLine = { lineId: string; userId: string; name: string; text: string; at: string };
export type ChatData = { change: "line"; line: ChatLine } | { change: "deleted"; lineId: string };

export type Hand = { userId: string; name: string; raisedAt: string };
/** Who left has its hand down. `count` hands are up now. */
export type HandData = {
  changes: ((Hand & { type: "raise" }) | { type: "lower"; userId: string })[];
  count: number;
};

/** Gathered like presence: how many of each came in that time. */
export type ReactionData = { counts: Partial<Record<Reaction, number>> };

export type Poll = {
  pollId: string;
  question: string;
  options: string[];
  openedAt: string;
  /** How many have voted. */
  votes: number;
};
/** Votes an option, in the order of the options. Who voted for what is never told. */
export type PollResults = { pollId: string; results: number[]; votes: number };
export type PollData =
  | { change: "opened"; poll: Poll }
  | { change: "votes"; pollId: string; votes: number }
  | ({ change: "closed" } & PollResults);

export type WelcomeData = {
  state: StateData;
  you: { userId: string; name: string; role: RoomRole; may: May };
  participants: ParticipantsData;
  hands: Hand[];
  /** The last 50, the oldest first. */
  chat: ChatLine[];
  /** The open one; `yourVote` is the option's place, null before one has voted. */
  poll: (Poll & { yourVote: number | null }) | null;
  /** Moderators alone are given it: who was removed and may be let in again. */
  removed?: Person[];
  seq: number;
};

export type ErrorData = { code: string; detail: string };
/** What the frame made, where it made something. */
export type AckData = { lineId?: string; pollId?: string };

type Told<T extends string, Data> = {
  type: T;
  channel: string;
  data: Data;
  /** Epoch milliseconds. */
  timestamp: number;
};

/**
 * To everybody, numbered without a gap while connected. A client keeps the highest `seq` and reconnects with
 * `?since=`: it then gets what it missed (all but reactions and counts of votes, which leave holes), or a `welcome`.
 */
export type Broadcast = { seq: number } & (
  | Told<"session:state", StateData>
  | Told<"session:presence", PresenceData>
  | Told<"session:chat", ChatData>
  | Told<"session:hand", HandData>
  | Told<"session:reaction", ReactionData>
  | Told<"session:poll", PollData>
);
/** To one alone; a `welcome` replaces whatever the client knew. */
export type Reply =
  | ({ seq: number } & Told<"welcome", WelcomeData>)
  | ({ ref?: string } & Told<"participants", ParticipantsData>)
  | ({ ref: string } & Told<"ack", AckData>)
  | ({ ref?: string } & Told<"error", ErrorData>);
export type ServerFrame = Broadcast | Reply;
