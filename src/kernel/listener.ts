import type { Envelope, EventType, NewEvent, PayloadOf } from "./event.ts";
import type { Db, Reads, Rows, Statement } from "./statement.ts";
import type { NewTask } from "./task.ts";

type Heard<E extends readonly EventType[]> = Envelope<PayloadOf<E[number]>>;

/** What a listener of rows decides; written with its delivery row. */
export type Effects = {
  writes?: readonly Statement[];
  events?: readonly NewEvent[];
  tasks?: readonly NewTask[];
};

/** Reads, then decides rows. It acts on the present row: events come in any order. */
export type RowListener<
  E extends readonly EventType[] = readonly EventType[],
  R extends Reads = Reads,
> = {
  readonly name: string;
  readonly on: E;
  read(ask: { db: Db; event: Heard<E> }): R;
  decide(rows: Rows<R>, ask: { db: Db; event: Heard<E>; now: number; id: () => string }): Effects;
};

/** Names one command, dispatched as `system` with the event as its cause; undefined does nothing. */
export type CommandListener<E extends readonly EventType[] = readonly EventType[]> = {
  readonly name: string;
  readonly on: E;
  command(event: Heard<E>): { type: string; payload: unknown } | undefined;
};

export type Listener = RowListener | CommandListener;

export const listener = <const E extends readonly EventType[], R extends Reads>(
  definition: RowListener<E, R>,
): RowListener<E, R> => definition;

export const commandListener = <const E extends readonly EventType[]>(
  definition: CommandListener<E>,
): CommandListener<E> => definition;

export const namesCommand = (one: Listener): one is CommandListener => "command" in one;
