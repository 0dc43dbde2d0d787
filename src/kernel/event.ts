import type * as z from "zod";

export const LMS_EVENT_NAMESPACE = "lms";

export type Payload = Record<string, unknown>;

/** The roots whose versions events number. */
export const ROOTS = [
  "course",
  "category",
  "assignment",
  "enrollment",
  "submission",
  "certificate",
  "cohort",
  "session",
  "payment",
  "review",
  "member",
  "file",
  "settings",
  "configuration",
  "import-job",
] as const;
export type Root = (typeof ROOTS)[number];

/** An event's contract: `type` is `{entity}.{past-verb}`, `version` the schema version of its payload. */
export type EventType<T extends string = string, P = unknown> = {
  readonly type: T;
  readonly version: number;
  readonly root: Root;
  /** What brought an older payload to the next version: `upcasters[n]` takes version n to n + 1. */
  readonly upcasters: Readonly<Record<number, (payload: Payload) => Payload>>;
  readonly payload: z.ZodType<P>;
};

export type PayloadOf<E> = E extends EventType<string, infer P> ? P : never;

export const eventType = <T extends string, P>(
  type: T,
  root: Root,
  payload: z.ZodType<P>,
  { version = 1, upcasters = {} }: Partial<Pick<EventType, "version" | "upcasters">> = {},
): EventType<T, P> => ({ type, version, root, upcasters, payload });

/** An event that a decision gives; numbered after `after`, or not at all where it is null. */
export type NewEvent = {
  readonly type: string;
  readonly version: number;
  readonly root: Root;
  readonly id: string;
  readonly after: number | null;
  readonly payload: unknown;
};

/** `subject.version` is the root's version as read; several events of one decision are numbered in turn. */
export const event = <T extends string, P>(
  of: EventType<T, P>,
  subject: { id: string; version: number | null },
  payload: P,
): NewEvent => ({
  type: of.type,
  version: of.version,
  root: of.root,
  id: subject.id,
  after: subject.version,
  payload,
});

/** An event as the log, the queue and the listeners know it. */
export type Envelope<P = unknown> = {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly kind: "domain" | "integration";
  readonly namespace: typeof LMS_EVENT_NAMESPACE;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number | null;
  readonly orgId: string;
  readonly actorId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  readonly payload: P;
};

/** `enrollment.*`, the exact type, or `lms.*` for everything. */
export const matchesEvent = (pattern: string, type: string): boolean =>
  pattern === type ||
  pattern === `${LMS_EVENT_NAMESPACE}.*` ||
  (pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1)));

/** The newest shape of a payload that the log may hold in an older one. */
export function upcast(of: EventType, version: number, payload: unknown): unknown {
  let shape = payload;
  for (let from = version; from < of.version; from++) {
    const step = of.upcasters[from];
    if (!step) throw new Error(`No upcaster of ${of.type} from version ${from}`);
    shape = step(shape as Payload);
  }
  return shape;
}

/** Numbers the events of a decision: each root's go on from the version that was read. */
export function envelopesOf(
  events: readonly NewEvent[],
  unit: {
    orgId: string;
    actorId: string;
    correlationId: string;
    causationId: string | null;
    now: number;
    id: () => string;
  },
): Envelope[] {
  const raised = new Map<string, number>();
  return events.map((one) => {
    const key = `${one.root} ${one.id}`;
    const before = raised.get(key) ?? 0;
    if (one.after !== null) raised.set(key, before + 1);
    return {
      id: unit.id(),
      type: one.type,
      version: one.version,
      kind: "domain",
      namespace: LMS_EVENT_NAMESPACE,
      aggregateType: one.root,
      aggregateId: one.id,
      aggregateVersion: one.after === null ? null : one.after + before + 1,
      orgId: unit.orgId,
      actorId: unit.actorId,
      correlationId: unit.correlationId,
      causationId: unit.causationId,
      occurredAt: unit.now,
      payload: one.payload,
    };
  });
}
