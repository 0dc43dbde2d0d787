import type * as z from "zod";
import type { Code, Refusal } from "./error.ts";
import type { Envelope, EventType, NewEvent } from "./event.ts";
import type { Job } from "./job.ts";
import type { Later } from "./later.ts";
import type { Actor, Ownership, Permission } from "./permission.ts";
import type { Ports, SeatRequest, TaskRef, WaitingPlace } from "./ports.ts";
import type { Feature, Settings, SettingsOverride } from "./settings.ts";
import type { Db, Reads, Rows, Statement } from "./statement.ts";
import type { NewTask } from "./task.ts";

export type ReadAsk<I> = { db: Db; input: I; actor: Actor; now: number };

export type CommandLimit = "publish" | "connection-test";

/** What is asked of others before the decision: a provider that the caller waits for, a secret sealed. */
export type ConsultAsk<I> = {
  input: I;
  actor: Actor;
  now: number;
  id: () => string;
  ports: Ports;
  deployment: SettingsOverride;
};

export type DecideAsk<I, S = unknown> = {
  /** What `consult` has brought. */
  consulted: S;
  /** Builds statements; a decision awaits nothing. */
  db: Db;
  input: I;
  actor: Actor;
  now: number;
  id: () => string;
  settings: Settings;
  /** The scheduled jobs there are, by name. */
  jobs: ReadonlyMap<string, Job>;
  /** The deployment's values; an organization's stand above them. */
  deployment: SettingsOverride;
};

export type SuccessStatus = 200 | 201 | 202;

/** What a command does: written in one batch, or not at all. */
export type Accepted<A> = {
  answer: A;
  /** One of its command's; the first of them where it says none. */
  status?: SuccessStatus;
  events?: readonly NewEvent[];
  writes?: readonly Statement[];
  tasks?: readonly NewTask[];
  /** A seat to hold before the batch; where none is left `otherwise` is decided, or refused. */
  seat?: {
    request: SeatRequest;
    otherwise: Accepted<A> | Refusal;
    /** Where a place in line was asked for and there was no seat: an answer of `later`. */
    waits?: (place: WaitingPlace) => Omit<Accepted<unknown>, "seat">;
  };
  /** UNIQUE constraints, by their columns, whose breaking is a lost race: it is decided anew. */
  lostOn?: readonly string[];
  /** What the log or the task table holds already and is to be sent again after the commit. */
  wake?: { events: readonly Envelope[]; tasks: readonly TaskRef[] };
};

export type Decision<A, C extends Code> = Accepted<A> | Refusal<C>;

/** Refusals that any command may give without saying so. */
export type CommonCode =
  | "VALIDATION_FAILED"
  | "UNAUTHENTICATED"
  | "PERMISSION_DENIED"
  | "SUSPENDED"
  | "NOT_FOUND"
  | "CONFLICT"
  | "FEATURE_DISABLED"
  | "IDEMPOTENCY_MISMATCH"
  | "STALE_VERSION"
  | "OVERLOADED";

/**
 * A command: its contract, then what it reads as one batch, then what it decides.
 * `own` says by role what makes the row the actor's own; `revises` names the read whose `version`
 * an If-Match is held against. `Sent` is the payload as a caller writes it, before defaults and transforms.
 */
export type Command<
  I = unknown,
  R extends Reads = Reads,
  A = unknown,
  C extends Code = Code,
  T extends string = string,
  Sent = unknown,
  S = unknown,
> = {
  readonly type: T;
  readonly summary: string;
  readonly input: z.ZodType<I, Sent>;
  readonly output: z.ZodType<A>;
  /** With what it answers; 200 where it says nothing. */
  readonly statuses?: readonly [SuccessStatus, ...SuccessStatus[]];
  /** What it answers with 202 instead, where it is to be had later. */
  readonly later?: z.ZodType;
  readonly permission: Permission;
  readonly feature?: Feature;
  /** A limit of its own beside that on requests, counted by a field of its input. */
  readonly limit?: { readonly name: CommandLimit; readonly by: string };
  readonly emits: readonly EventType[];
  readonly refuses: readonly C[];
  /** What its input or its decision needs and start-up does not. */
  readonly loads?: readonly Later[];
  /** The answer shows a secret: it is stored for a replay without it. */
  withoutSecret?(answer: NoInfer<A>): NoInfer<A>;
  /** Adds what is made anew for every answer and stored with none, as a signed address. */
  shown?(answer: NoInfer<A>, ports: Ports): Promise<NoInfer<A>>;
  read(ask: ReadAsk<I>): R;
  readonly own?: Ownership<NoInfer<Rows<R>>>;
  readonly revises?: string;
  /**
   * Between reading and deciding, past every refusal that needs neither: it writes nothing, and what it does
   * outside may be done again where the write loses a race.
   */
  consult?(rows: NoInfer<Rows<R>>, ask: ConsultAsk<I>): Promise<S>;
  decide(
    rows: Rows<R>,
    ask: DecideAsk<I, NoInfer<S>>,
  ): Decision<NoInfer<A>, NoInfer<C> | CommonCode>;
};

/** What is read is the definition's own affair: its type is checked here, and told to nobody. */
export const command = <
  I,
  R extends Reads,
  A,
  const C extends Code,
  const T extends string,
  Sent,
  S = undefined,
>(
  definition: Command<I, R, A, C, T, Sent, S>,
): Command<I, Reads, A, C, T, Sent> => definition;

/** The first is the usual one. */
export const statusesOf = ({ statuses }: Pick<Command, "statuses">) => statuses ?? ([200] as const);
