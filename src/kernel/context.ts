import type { Command } from "./command.ts";
import type { Code } from "./error.ts";
import type { EventType } from "./event.ts";
import { type Job, taskOfJob } from "./job.ts";
import { type Listener, namesCommand } from "./listener.ts";
import type { Machine } from "./machine.ts";
import { permissionRule } from "./permission.ts";
import type { Personal } from "./personal.ts";
import type { Query } from "./query.ts";
import type { Route } from "./route.ts";
import type { Rule } from "./rule.ts";
import type { TaskKind } from "./task.ts";

/** What a broken UNIQUE means to a caller; its key is SQLite's text, `table.column, table.column`. */
export type Constraints = Readonly<Record<string, { code: Code; detail: string }>>;

/** A bounded context: the list of its definitions. */
export type Context = {
  readonly name: string;
  readonly commands?: readonly Command[];
  readonly queries?: readonly Query[];
  readonly events?: readonly EventType[];
  readonly machines?: readonly Machine[];
  readonly rules?: readonly Rule[];
  readonly listeners?: readonly Listener[];
  readonly tasks?: readonly TaskKind[];
  readonly jobs?: readonly Job[];
  /** Its tables that hold data about people. */
  readonly personal?: readonly Personal[];
  readonly routes?: readonly Route[];
  readonly constraints?: Constraints;
};

/** Keeps each definition's own type: the typed client is made of them. */
export const context = <const C extends Context>(definition: C): C => definition;

/** All definitions by name, as mediator, delivery, tasks, routes and the manifest look them up. */
export type Registry = {
  readonly contexts: readonly Context[];
  readonly commands: ReadonlyMap<string, Command>;
  readonly queries: ReadonlyMap<string, Query>;
  readonly events: ReadonlyMap<string, EventType>;
  /** A job's pages are among them, under its name. */
  readonly tasks: ReadonlyMap<string, TaskKind>;
  readonly jobs: ReadonlyMap<string, Job>;
  readonly listeners: ReadonlyMap<string, Listener>;
  /** What an export shows and erasure goes through, in the order of the contexts. */
  readonly personal: readonly Personal[];
  readonly routes: readonly Route[];
  readonly constraints: Constraints;
  listenersOf(type: string): readonly Listener[];
};

function byName<T>(what: string, all: readonly T[], nameOf: (one: T) => string): Map<string, T> {
  const map = new Map<string, T>();
  for (const one of all) {
    if (map.has(nameOf(one))) throw new Error(`Two ${what} are named ${nameOf(one)}`);
    map.set(nameOf(one), one);
  }
  return map;
}

/** Refuses doubled names, and listeners or routes of what no context defines. */
export function registryOf(contexts: readonly Context[]): Registry {
  const all = <T>(pick: (one: Context) => readonly T[] | undefined): T[] =>
    contexts.flatMap((one) => [...(pick(one) ?? [])]);
  const commands = byName(
    "commands",
    all((one) => one.commands),
    (one) => one.type,
  );
  const queries = byName(
    "queries",
    all((one) => one.queries),
    (one) => one.type,
  );
  const events = byName(
    "events",
    all((one) => one.events),
    (one) => one.type,
  );
  const jobs = byName(
    "jobs",
    all((one) => one.jobs),
    (one) => one.name,
  );
  const tasks = byName(
    "tasks",
    [...all((one) => one.tasks), ...[...jobs.values()].map(taskOfJob)],
    (one) => one.kind,
  );
  const listeners = byName(
    "listeners",
    all((one) => one.listeners),
    (one) => one.name,
  );
  const personal = byName(
    "parts of an export",
    all((one) => one.personal),
    (one) => one.name,
  );
  const routes = all((one) => one.routes);
  byName("routes", routes, (one) => `${one.method} ${one.path}`);

  const byEvent = new Map<string, Listener[]>();
  for (const listener of listeners.values()) {
    for (const { type } of listener.on) {
      if (!events.has(type)) throw new Error(`${listener.name} listens to unknown ${type}`);
      byEvent.set(type, [...(byEvent.get(type) ?? []), listener]);
    }
  }
  for (const emitted of [...commands.values()].flatMap((one) => one.emits)) {
    if (!events.has(emitted.type)) throw new Error(`No context lists the event ${emitted.type}`);
  }
  for (const list of byEvent.values()) {
    list.sort((a, b) => Number(namesCommand(a)) - Number(namesCommand(b)));
  }
  return {
    contexts,
    commands,
    queries,
    events,
    tasks,
    jobs,
    listeners,
    personal: [...personal.values()],
    routes,
    constraints: Object.assign({}, ...contexts.map((one) => one.constraints)),
    listenersOf: (type) => byEvent.get(type) ?? [],
  };
}

/** The permission table as rules by action; refuses an action that two definitions judge differently. */
export function permissionRules({ commands, queries }: Registry): Rule[] {
  const rules = new Map<string, Rule>();
  for (const { type, permission } of [...commands.values(), ...queries.values()]) {
    const known = rules.get(permission.action);
    const mine = permissionRule(permission);
    if (known && JSON.stringify(known) !== JSON.stringify(mine)) {
      throw new Error(`${type} judges ${permission.action} as no other does`);
    }
    rules.set(permission.action, mine);
  }
  return [...rules.values()];
}
