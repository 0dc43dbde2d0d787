import type * as z from "zod";
import type { NewEvent } from "./event.ts";
import type { Outcome } from "./outcome.ts";
import type { Actor } from "./permission.ts";
import type { Personal } from "./personal.ts";
import type { LogLine, Ports, TaskQueue } from "./ports.ts";
import type { SettingsOverride } from "./settings.ts";
import type { Db, ReadMore, Reads, Rows, Statement } from "./statement.ts";

/** `ifMatch` is the version that the step has read: a root changed since is left alone. */
export type NamedCommand = { orgId: string; type: string; payload: unknown; ifMatch?: number };

export type StepAsk<P> = {
  payload: P;
  orgId: string;
  subject: string;
  actor: Actor;
  /** The same whenever this step of this task runs again: the key of its effect. */
  key: string;
  now: number;
  id: () => string;
  db: Db;
  /** One more batch, for what is too long to be read as one; each call is a round trip. */
  more: ReadMore;
  ports: Ports;
  /** The deployment's values; an organization's stand above them. */
  settings: SettingsOverride;
  /** Every table that holds data about people. */
  personal: readonly Personal[];
  /** A command as `system` in an organization; its outcome, a refusal among them, is the step's to judge. */
  dispatch(named: NamedCommand): Promise<Outcome>;
  log(line: LogLine): void;
};

/** What a step commits together with the task's next step. */
export type StepResult = {
  writes?: readonly Statement[];
  events?: readonly NewEvent[];
  tasks?: readonly NewTask[];
  /** What is said in other organizations than the task's own. */
  inOrganizations?: readonly {
    orgId: string;
    events?: readonly NewEvent[];
    tasks?: readonly NewTask[];
  }[];
  next?: { step: string; delayMs?: number; payload?: unknown };
};

export type StepRead<P> = Pick<
  StepAsk<P>,
  "db" | "payload" | "orgId" | "subject" | "now" | "personal"
>;

/** One idempotent effect outside the database: reads, then acts, then says what to write. */
export type Step<P = unknown, R extends Reads = Reads> = {
  /** Where it may take longer than its kind says. */
  readonly timeoutMs?: number;
  read(ask: StepRead<P>): R;
  run(rows: Rows<R>, ask: StepAsk<P>): Promise<StepResult>;
};

export const step = <P, R extends Reads>(definition: Step<P, R>): Step<P, R> => definition;

/** A kind of task. Its first step is the first of `steps`; `death` is written with the dead letter. */
export type TaskKind<P = unknown> = {
  readonly kind: string;
  readonly queue: TaskQueue;
  readonly payload: z.ZodType<P>;
  readonly attemptsMax: number;
  /** How long a step may take; its lease outlasts it. */
  readonly timeoutMs: number;
  readonly steps: Readonly<Record<string, Step<P>>>;
  death?(ask: { payload: P; orgId: string; subject: string; db: Db; now: number }): Statement[];
};

export const taskKind = <P>(definition: TaskKind<P>): TaskKind<P> => definition;

export type NewTask = {
  readonly kind: string;
  readonly queue: TaskQueue;
  readonly step: string;
  readonly subject: string;
  readonly payload: unknown;
  /** Epoch milliseconds; at once where absent. */
  readonly at?: number;
};

/** `subject` is the id of what the task is about; a payload is checked when it is wanted, not when it runs. */
export function newTask<P>(
  of: TaskKind<P>,
  { subject, payload, at }: { subject: string; payload: P; at?: number },
): NewTask {
  const first = Object.keys(of.steps)[0];
  if (first === undefined) throw new Error(`Task ${of.kind} has no step`);
  const task = {
    kind: of.kind,
    queue: of.queue,
    step: first,
    subject,
    payload: of.payload.parse(payload),
  };
  return at === undefined ? task : { ...task, at };
}
