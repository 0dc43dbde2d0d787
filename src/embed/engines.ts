import { isRefusal } from "../kernel/error.ts";
import { matchesEvent } from "../kernel/event.ts";
import { type Machine, transition } from "../kernel/machine.ts";
import { evaluate, type RuleExpr } from "../kernel/rule.ts";
import type {
  DatabaseClient,
  DomainEvent,
  EventBus,
  FSMEngine,
  Logger,
  RuleEngine,
} from "./ports.ts";

/** Engines for a host that has none of its own. */
export function busOf(logger: Logger): EventBus {
  const handlers = new Map<
    object,
    { pattern: string; handler(event: DomainEvent): Promise<void> }
  >();
  return {
    async publish(event) {
      for (const { pattern, handler } of [...handlers.values()]) {
        if (!matchesEvent(pattern, event.type)) continue;
        await handler(event).catch((error) =>
          logger.error(`A subscriber of ${pattern} failed`, {
            event: event.id,
            error: String(error),
          }),
        );
      }
    },
    subscribe(pattern, handler) {
      const key = {};
      handlers.set(key, { pattern, handler });
      return () => handlers.delete(key);
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
