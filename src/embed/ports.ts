import type { SqlRow, SqlStatement } from "../kernel/database.ts";
import type { Envelope } from "../kernel/event.ts";
import type { Machine } from "../kernel/machine.ts";
import type { Money } from "../kernel/money.ts";
import type { Actor } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";
import type { RuleExpr } from "../kernel/rule.ts";
import type { Settings } from "../kernel/settings.ts";

/** What an embedding system gives. Source 1, section 2. */
export type LMSPluginContext = {
  eventBus: EventBus;
  fsmEngine: FSMEngine;
  ruleEngine: RuleEngine;
  queue: Queue;
  scheduler: Scheduler;
  realtime?: RealtimeGateway;
  db: DatabaseClient;
  logger: Logger;
  dispatch: <R = unknown>(command: Command) => Promise<R>;
  query: <R = unknown>(query: Query) => Promise<R>;
  config: LMSPluginConfig;
  /** The kernel's own host, where the embedding system has one already. */
  host?: Host & Hearer;
};

export type Hearer = {
  /** Brings an event to its listeners; what fails is tried again after a while. */
  hear(event: Envelope): Promise<void>;
};

/** The kernel's host in one process: events go to the bus, tasks run here, one try after another. */
export type EmbeddedHost = Host &
  Hearer & {
    /** Settles once nothing is under way but what waits for its time. */
    idle(): Promise<void>;
    /** Forgets what waits for its time; the relay finds it again. */
    stop(): void;
  };

export type LMSPluginConfig = {
  features?: Partial<Settings["features"]>;
  defaults?: Partial<Settings["defaults"]>;
  adapters?: {
    payment?: PaymentAdapter;
    videoMeeting?: VideoMeetingAdapter;
    storage?: StorageAdapter;
    notification?: NotificationAdapter;
  };
};

export type ID = string;
export type DomainEvent<P = unknown> = Envelope<P>;
export type StateMachine<S extends string, E extends string> = Machine<S, E>;

/** A command as a host's mediator takes it. */
export type Command<P = unknown> = {
  type: string;
  payload: P;
  actorId: ID;
  orgId: ID;
  correlationId: string;
  causationId?: string | null;
  /** Who acts, where the sender knows more than the id; else the host finds the roles. */
  actor?: Actor;
  idempotencyKey?: string;
  /** The version that the caller has seen, as from an If-Match. */
  ifMatch?: number;
};

/** A query as a host's mediator takes it; `actorId: "public"` means nobody. */
export type Query<P = unknown> = {
  type: string;
  params: P;
  actorId: ID;
  orgId: ID;
  correlationId?: string;
  actor?: Actor;
};

/** `by` hears for one unit of work, where the host has such; else the host itself does. */
export type EventHandler = (event: DomainEvent, by?: Hearer) => Promise<void>;

export type EventBus = {
  publish(event: DomainEvent): Promise<void>;
  /** `pattern` is a type, `enrollment.*`, or `lms.*` for all; what it gives unsubscribes. */
  subscribe(pattern: string, handler: EventHandler): () => void;
};

export type FSMEngine = {
  register(machine: StateMachine<string, string>): void;
  transition(entityType: string, entityId: ID, event: string, context: unknown): Promise<unknown>;
  getState(entityType: string, entityId: ID): Promise<string | null>;
};

export type RuleEngine = {
  evaluate(expr: RuleExpr, context: Record<string, unknown>): boolean;
  register(id: string, expr: RuleExpr): void;
  resolve(id: string): RuleExpr | undefined;
};

export type Scheduler = {
  /** Five fields in UTC. */
  schedule(
    cron: string,
    name: string,
    data: unknown,
    opts?: { repeat?: { cron: string } },
  ): Promise<void>;
  cancel(name: string): Promise<void>;
};

export type JobOptions = { delay?: number; attempts?: number; orgId?: ID; subject?: ID };
export type Job = { id: ID; name?: string; data?: unknown; status: string };
export type Queue = {
  add(name: string, data: unknown, opts?: JobOptions): Promise<Job>;
  getJob(id: ID): Promise<Job | null>;
};

export type RealtimeGateway = {
  broadcast(channel: string, event: string, payload: unknown): Promise<void>;
  subscribe(clientId: ID, channels: string[]): void;
  unsubscribe(clientId: ID, channels: string[]): void;
};

/** SQL on SQLite, one connection: without `batch` a unit of work is BEGIN … COMMIT. */
export type DatabaseClient = {
  query<T>(sql: string, params: unknown[]): Promise<T[]>;
  execute(sql: string, params: unknown[]): Promise<void>;
  /** All or nothing, in their order; each statement's rows. */
  batch?(statements: readonly SqlStatement[]): Promise<readonly (readonly SqlRow[])[]>;
};

type Log = (message: string, meta?: Record<string, unknown>) => void;
export type Logger = { info: Log; error: Log; warn: Log; debug: Log };

export type PaymentOrder = {
  id: ID;
  amount: Money;
  description: string;
  learnerId: ID;
  successUrl?: string;
  cancelUrl?: string;
};
export type PaymentSession = { id: string; checkoutUrl: string | null; expiresAt: number | null };
export type PaymentResult = { transactionId: string; status: string; received: Money };
export type RefundResult = { refundId: string; status: string; amount: Money };
export type WebhookEvent = { id: string; type: string; data: unknown };
export type PaymentAdapter = {
  createPaymentSession(order: PaymentOrder): Promise<PaymentSession>;
  capturePayment(sessionId: string): Promise<PaymentResult>;
  refund(transactionId: string, amount: Money): Promise<RefundResult>;
  handleWebhook(payload: unknown, signature: string): Promise<WebhookEvent>;
};

/** `scheduledAt` in epoch milliseconds. */
export type MeetingSession = {
  id: ID;
  title: string;
  scheduledAt: number;
  durationMinutes: number;
  hostId: ID;
};
export type MeetingDetails = { meetingId: string; joinUrl: string; status: string };
export type RecordingDetails = { recordingUrl: string; recordedAt: number };
export type VideoMeetingAdapter = {
  createMeeting(session: MeetingSession): Promise<MeetingDetails>;
  getMeeting(meetingId: string): Promise<MeetingDetails>;
  endMeeting(meetingId: string): Promise<void>;
  getRecording(meetingId: string): Promise<RecordingDetails | null>;
};

export type StoredFile = { key: string; size: number; contentType?: string };
export type StorageAdapter = {
  upload(key: string, file: Uint8Array, meta?: Record<string, unknown>): Promise<StoredFile>;
  /** `expiresIn` in seconds. */
  getSignedUrl(key: string, expiresIn: number): Promise<string>;
  delete(key: string): Promise<void>;
};

export type NotificationPayload = {
  subject: string;
  text: string;
  html?: string;
  data?: Record<string, unknown>;
};
export type NotificationResult = { id: string; status: string };
export type NotificationAdapter = {
  send(to: string, message: NotificationPayload): Promise<NotificationResult>;
};
