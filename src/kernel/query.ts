import type * as z from "zod";
import type { Code, Refusal } from "./error.ts";
import type { Actor, Ownership, Permission } from "./permission.ts";
import type { FileAddresses, Files, Ports } from "./ports.ts";
import type { SettingsOverride } from "./settings.ts";
import type { Db, ReadMore, Reads, Rows } from "./statement.ts";
import type { NewTask } from "./task.ts";

/** An answer that is a file: what a saved copy is called, and its bytes, made as they are read. */
export type Download = { fileName: string; stream(): ReadableStream<Uint8Array> };

export type QueryAsk<I> = {
  db: Db;
  input: I;
  actor: Actor;
  now: number;
  origin: string;
  /** The deployment's values; an organization's stand above them. */
  deployment: SettingsOverride;
  signedUrl: FileAddresses["signedUrl"];
  files: Pick<Files, "get">;
  /** What a cohort's object alone knows. */
  cohorts: Pick<Ports["cohorts"], "online">;
  /** One more batch, for what is too long to be read as one; each call is a round trip. */
  more: ReadMore;
  /** What else is outside: secrets, and other systems that the caller waits for. */
  ports: Pick<Ports, "secrets" | "lms">;
  /** Asks for a task whose want the query has found, after the answer; a query itself writes nothing. */
  want(task: NewTask): void;
};

/**
 * A query: its contract, what it reads as one batch, and the answer it makes of the rows.
 * `catalogue` answers are the same for all of the public: any replica, kept at the edge.
 */
export type Query<
  I = unknown,
  R extends Reads = Reads,
  A = unknown,
  T extends string = string,
  Sent = unknown,
> = {
  readonly type: T;
  readonly summary: string;
  readonly input: z.ZodType<I, Sent>;
  readonly output: z.ZodType<A>;
  readonly permission: Permission;
  /** Codes beyond those that any query may refuse with. */
  readonly refuses?: readonly Code[];
  readonly catalogue?: boolean;
  /** What it is asked for names the organization by itself, as a verification code does. */
  readonly anywhere?: boolean;
  /** Its pages also go out one after another, as lines of NDJSON. */
  readonly streams?: boolean;
  /** The answer is a `Download` of this media type. */
  readonly download?: string;
  /** What no row needs to be read for, as a page too deep. */
  fault?(input: NoInfer<I>, actor: Actor): Refusal | undefined;
  read(ask: QueryAsk<I>): R;
  readonly own?: Ownership<NoInfer<Rows<R>>>;
  answer(rows: Rows<R>, ask: QueryAsk<I>): NoInfer<A> | Refusal | Promise<NoInfer<A> | Refusal>;
  /** The fields to ask with from now on, where they named what is shown as it was called before. */
  renamed?(answer: A, input: I): Partial<I> | undefined;
};

/** What is read is the definition's own affair: its type is checked here, and told to nobody. */
export const query = <I, R extends Reads, A, const T extends string, Sent>(
  definition: Query<I, R, A, T, Sent>,
): Query<I, Reads, A, T, Sent> => definition;
