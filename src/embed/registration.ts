import { CORE_JOBS, CORE_MACHINES } from "../core-names.ts";
import { permissionRules } from "../kernel/context.ts";
import type { Machine } from "../kernel/machine.ts";
import type { Host } from "../kernel/ports.ts";
import type { Rule } from "../kernel/rule.ts";
import { createLMSRealtimeBridge, registerLMSRealtime } from "../live/bridge.ts";
import { lms } from "../lms.ts";
import type { Hearer, LMSPluginContext } from "./ports.ts";

/** Each capability that the core cannot do without, its place in the context, and what is called there. */
const REQUIRED = [
  ["eventBus", "eventBus", ["publish", "subscribe"]],
  ["fsmEngine", "fsmEngine", ["register"]],
  ["ruleEngine", "ruleEngine", ["register"]],
  ["scheduler", "scheduler", ["schedule", "cancel"]],
  ["queue", "queue", ["add", "getJob"]],
  ["database", "db", ["query", "execute"]],
  ["logger", "logger", ["info", "error", "warn", "debug"]],
] as const;

/** Throws before anything is registered. */
export function requireCapabilities(context: LMSPluginContext): void {
  for (const [capability, name, methods] of REQUIRED) {
    const given = context[name] as unknown as Record<string, unknown> | undefined;
    const where = capability === name ? "" : ` (context.${name})`;
    if (!given) missing(`"${capability}"${where}`);
    const lacks = methods.find((method) => typeof given?.[method] !== "function");
    if (lacks !== undefined) missing(`"${capability}"${where}: it has no ${lacks}()`);
  }
  for (const name of ["dispatch", "query"] as const) {
    if (typeof context[name] !== "function") missing(`"${name}"`);
  }
}

function missing(what: string): never {
  throw new Error(`LMS plugin: missing required capability ${what}`);
}

export const coreMachines = (): Machine[] =>
  lms.contexts
    .flatMap((one) => one.machines ?? [])
    .filter(({ name }) => (CORE_MACHINES as readonly string[]).includes(name));

/** The business rules by their names, and the permission table by its actions, as `course:create`. */
export const allRules = (): Rule[] => [
  ...lms.contexts.flatMap((one) => one.rules ?? []),
  ...permissionRules(lms),
];

export const coreJobs = () =>
  [...lms.jobs.values()].filter(({ name }) => (CORE_JOBS as readonly string[]).includes(name));

type Undo = () => unknown;
type Counts = Record<"machines" | "rules" | "jobs" | "hooks", number> & { realtime: boolean };

/** Registers with the host's engines. What was registered before something failed is taken back. */
export async function registered(
  context: LMSPluginContext,
  host: Hearer & Pick<Host, "ports">,
): Promise<{ undo: () => Promise<void>; counts: Counts }> {
  const undoing: Undo[] = [];
  const undo = async () => {
    for (const one of undoing.splice(0).toReversed()) await one();
  };
  try {
    const machines = coreMachines();
    for (const machine of machines) context.fsmEngine.register(machine);
    const rules = allRules();
    for (const { id, expr } of rules) context.ruleEngine.register(id, expr);
    const jobs = coreJobs();
    for (const { name, cron } of jobs) {
      await context.scheduler.schedule(cron, name, {}, { repeat: { cron } });
      undoing.push(() => context.scheduler.cancel(name));
    }
    // Those that nobody listens to as well: to be heard is what settles an event.
    for (const type of lms.events.keys()) {
      undoing.push(context.eventBus.subscribe(type, (event, by = host) => by.hear(event)));
    }
    const { realtime } = context;
    if (realtime) {
      // A host that tells its channels by tasks needs the bridge for what else is forwarded.
      const bridge = createLMSRealtimeBridge(
        realtime,
        host.ports.realtime.bridged ? {} : { rules: [] },
      );
      undoing.push(registerLMSRealtime(bridge, context.eventBus));
    }
    const counts = {
      machines: machines.length,
      rules: rules.length,
      jobs: jobs.length,
      hooks: lms.listeners.size,
      realtime: realtime !== undefined,
    };
    return { undo, counts };
  } catch (error) {
    await undo();
    throw error;
  }
}
