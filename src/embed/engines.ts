import { CORE_JOBS } from "../core-names.ts";
import type { Registry } from "../kernel/context.ts";
import { isRefusal } from "../kernel/error.ts";
import { matchesEvent } from "../kernel/event.ts";
import { type Machine, transition } from "../kernel/machine.ts";
import { evaluate, type RuleExpr } from "../kernel/rule.ts";
import type {
  DatabaseClient,
  DomainEvent,
  EventBus,
  EventHandler,
  FSMEngine,
  Hearer,
  Logger,
  RuleEngine,
  Scheduler,
} from "./ports.ts";

/** Who has subscribed to what. A subscriber that fails is nobody else's loss. */
export function subscribers(logger: Logger) {
  const all = new Map<object, { pattern: string; handler: EventHandler }>();
  return {
    subscribe(pattern: string, handler: EventHandler): () => void {
      const key = {};
      all.set(key, { pattern, handler });
      return () => all.delete(key);
    },
    /** Hands an event to each whose pattern it matches; `by` hears it for a unit of work. */
    async hand(event: DomainEvent, by?: Hearer): Promise<void> {
      for (const { pattern, handler } of [...all.values()]) {
        if (!matchesEvent(pattern, event.type)) continue;
        await handler(event, by).catch((error) =>
          logger.error(`A subscriber of ${pattern} failed`, {
            event: event.id,
            error: String(error),
          }),
        );
      }
    },
  };
}

/** Engines for a host that has none of its own. */
export function busOf(logger: Logger): EventBus {
  const { subscribe, hand } = subscribers(logger);
  return { subscribe, publish: (event) => hand(event) };
}

const isCore = (name: string): boolean => (CORE_JOBS as readonly string[]).includes(name);

/** Remembers the jobs that are to run; a host's minute starts them by `due`, and the platform's own. */
export function scheduling(): { scheduler: Scheduler; due(registry: Registry): Registry } {
  const scheduled = new Set<string>();
  return {
    scheduler: {
      schedule: async (_cron, name) => {
        scheduled.add(name);
      },
      cancel: async (name) => {
        scheduled.delete(name);
      },
    },
    due: (registry) => {
      const jobs = [...registry.jobs].filter(([name]) => !isCore(name) || scheduled.has(name));
      return { ...registry, jobs: new Map(jobs) };
    },
  };
}

export function rulesOf(): RuleEngine {
  const rules = new Map<string, RuleExpr>();
  return {
    register: (id, expr) => void rules.set(id, expr),
    resolve: (id) => rules.get(id),
    evaluate: (expr, context) => evaluate(expr, context).holds,
  };
}

const STATES: Readonly<Record<string, string>> = {
  course: "lms_courses",
  enrollment: "lms_enrollments",
  submission: "lms_submissions",
  liveSession: "lms_live_sessions",
  cohort: "lms_cohorts",
};

/** Says where an entity is and where an event would lead it; the core's commands alone move it. */
export function machinesOn(db: DatabaseClient): FSMEngine {
  const machines = new Map<string, Machine>();
  const getState: FSMEngine["getState"] = async (type, id) => {
    const table = STATES[type];
    if (!table) return null;
    const rows = await db.query<{ status: string }>(`SELECT status FROM ${table} WHERE id = ?`, [
      id,
    ]);
    return rows[0]?.status ?? null;
  };
  return {
    getState,
    register: (machine) => void machines.set(machine.name, machine),
    async transition(type, id, event) {
      const [machine, state] = [machines.get(type), await getState(type, id)];
      if (!machine || state === null) throw new Error(`There is no ${type} ${id}`);
      const next = transition(machine, state, event);
      if (isRefusal(next)) throw new Error(next.detail);
      return next;
    },
  };
}
