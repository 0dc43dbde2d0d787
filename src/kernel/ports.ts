import type { Refusal } from "./error.ts";
import type { Envelope } from "./event.ts";
import type { LMSAdapter, LMSConfig } from "./lms-adapter.ts";
import type { Actor } from "./permission.ts";
import type { Secrets } from "./secrets.ts";
import type { Settings, SettingsOverride } from "./settings.ts";
import type { Db, Statement } from "./statement.ts";
import type { Environment } from "./target.ts";

/** Where an organization's rows are: a way to build statements and one to run them. */
export type Database = {
  readonly db: Db;
  /** One round trip, all or nothing; each result is the statement's rows. */
  batch(statements: readonly Statement[]): Promise<unknown[]>;
};

/** How fresh a read has to be: the primary, whatever the caller has seen, or any replica. */
export type Freshness = "primary" | "caller" | "any";

/** Who an actor is right now, read in the batch of every command. */
export type Standing = {
  read(db: Db, actor: Actor): Statement;
  /** The actor with the roles just read, and the organization's settings; or why it may no longer act. */
  judge(row: unknown, actor: Actor): Refusal | { actor: Actor; settings: SettingsOverride | null };
};

/** A cohort's capacity as a command has read it, or is about to write it. */
export type SeatCapacity = { cohortId: string; capacity: number; cohortVersion: number };

/**
 * One learner's seat, or where `wait` is asked a place in line for one; or, before a batch that takes seats
 * away, nobody's: it holds them back.
 */
export type SeatRequest =
  | (SeatCapacity & { learnerId: string; enrollmentId: string; wait?: boolean })
  | (SeatCapacity & { lowers: true });

/** A place in line for a seat: the lower the `place` the sooner; `position` counts from 1. */
export type WaitingPlace = { place: number; position: number };

/** What holds a cohort's seats: a lease that outlives the batch that needs it, or none left. */
export type Seats = {
  reserve(
    request: SeatRequest,
  ): Promise<
    { leasedUntil: number } | { leasedUntil: number; waiting: WaitingPlace } | { full: true }
  >;
};

export type StoredFile = {
  body: ReadableStream<Uint8Array>;
  size: number;
  contentType: string;
  etag: string;
  range?: { offset: number; length: number };
};

/** Objects by key; a key starts with its organization's id. */
export type Files = {
  /** A stream says its length in bytes beforehand. */
  put(
    key: string,
    body: Uint8Array | { stream: ReadableStream<Uint8Array>; size: number },
    contentType: string,
  ): Promise<void>;
  get(key: string, range?: { offset: number; length?: number }): Promise<StoredFile | null>;
  delete(keys: string[]): Promise<void>;
};

/** Addresses of objects that open for a while to whoever holds them; each names one key. */
export type FileAddresses = {
  /** To read it. `name` is what a saved copy is called. */
  signedUrl(key: string, ask: { seconds: number; name: string }): Promise<string>;
  /** To put exactly these bytes there, once; `expiresAt` in epoch milliseconds. */
  uploadUrl(ask: Upload & { seconds: number }): Promise<{ url: string; expiresAt: number }>;
};
/** What is to be put under a key: `size` in bytes, `sha256` in hex. */
export type Upload = { key: string; size: number; contentType: string; sha256: string };

/** What a session's object is told; `version` is the root's, so late and doubled news change nothing. */
export type SessionNews = {
  sessionId: string;
  orgId: string;
  status: string;
  version: number;
  plannedEnd: number;
  /** When it began and ended, in epoch milliseconds; null where it has not yet. */
  startedAt?: number | null | undefined;
  endedAt?: number | null | undefined;
  /** When its learners are reminded next, in epoch milliseconds; null for no more. */
  remindAt?: number | null | undefined;
};
/** Who may be connected no longer; `forget` where the name goes as well. */
export type SessionLeaver = { sessionId: string; userId: string; forget: boolean };
export type CohortNews = {
  cohortId: string;
  orgId: string;
  capacity: number;
  version: number;
  /** Whether it takes learners still. */
  open: boolean;
  /** When its dates ask something of it next, in epoch milliseconds; null for never again. */
  turnAt: number | null;
  /** The learner whose seat, or place in line, may be free now. */
  learnerId?: string;
};

export type OnlineWindow = { after: string | null; limit: number; offset: number };
/** `count` is of all who are connected. */
export type OnlinePage = { people: { userId: string; name: string }[]; count: number };
/** What those who hear a channel are told; whoever was told one of the same id is not told again. */
export type ChannelMessage = {
  id: string;
  channel: string;
  type: string;
  data: unknown;
  /** Epoch milliseconds. */
  timestamp: number;
};

export type SaidWindow = { sessionId: string; userId: string; after: number; limit: number };
export type SaidLine = { seq: number; lineId: string; text: string; at: string };

/** What a task's step may reach outside the database. */
export type Ports = FileAddresses & {
  readonly files: Files;
  readonly fonts: { load(name: string): Promise<ArrayBuffer> };
  readonly sessions: {
    tell(news: SessionNews): Promise<void>;
    /** Whether each session reminds its learners by an alarm of its own. */
    readonly alarms?: boolean;
    drop(leaver: SessionLeaver): Promise<void>;
    /** What a person wrote in a session's chat, from after the number of a line; fewer than asked for are the last. */
    said(window: SaidWindow): Promise<SaidLine[]>;
  };
  readonly cohorts: {
    tell(news: CohortNews): Promise<void>;
    /** Who of a cohort is connected now, a page of them in the order of their ids. */
    online(cohortId: string, window: OnlineWindow): Promise<OnlinePage>;
  };
  /** Those connected to an organization's channels. */
  readonly realtime: {
    /** Where nobody listens this costs no send. May be repeated after a failure. */
    publish(orgId: string, messages: readonly ChannelMessage[]): Promise<void>;
    /** Whether events come to the channels from the host's own bus, through its bridge. */
    readonly bridged?: boolean;
    /** Lets the sockets of somebody go whose access is over. */
    drop(orgId: string, userId: string): Promise<void>;
    /** Reads anew what a person may hear, or everybody where none is named. */
    recheck(orgId: string, userId: string | null): Promise<void>;
  };
  /** The deployment's HMAC-SHA256 of a message, in hex; the message says first what it is for. */
  sign(message: string): Promise<string>;
  /** Where configured addresses lead to has to be public, outside development. */
  readonly environment: Environment;
  /** None where the deployment has no key for them: what needs one is off, and says so. */
  readonly secrets: Secrets | undefined;
  /** Other learning management systems, each through its adapter. */
  readonly lms: { adapterFor(config: LMSConfig): Promise<LMSAdapter> };
  /** Where the deployment is reached, without a slash at the end. */
  readonly origin: string;
};

export type TaskRef = { id: string; orgId: string; queue: TaskQueue };
export type TaskQueue = "jobs" | "notifications";

/** What the kernel stands on. Every host gives one for each unit of work. */
export type Host = {
  now(): number;
  id(): string;
  /** The deployment's values; an organization's stand above them. */
  readonly settings: SettingsOverride;
  databaseFor(orgId: string, freshness?: Freshness): Database;
  /** Organizations of one name share a database, and so a batch. */
  databaseNameOf(orgId: string): string;
  readonly standing: Standing;
  readonly seats: Seats;
  readonly ports: Ports;
  /** Sends to the queues; what fails here is left to the relay. */
  send(committed: { events: readonly Envelope[]; tasks: readonly TaskRef[] }): Promise<void>;
  /** Work that the caller does not wait for. */
  after(work: () => Promise<void>): void;
  log(line: LogLine): void;
};

export type LogLine = { level: "info" | "warn" | "error"; unit: string } & Record<string, unknown>;

export type { Settings };
