import { vi } from "vitest";
import type { LMSPluginContext } from "../../src/embed/ports.ts";

/** A host that does nothing and remembers what it was asked for. */
export function recordingContext() {
  const unsubscribed: string[] = [];
  const context = {
    eventBus: {
      publish: vi.fn(async () => undefined),
      subscribe: vi.fn((pattern: string) => () => {
        unsubscribed.push(pattern);
      }),
    },
    fsmEngine: {
      register: vi.fn(),
      transition: vi.fn(async () => undefined),
      getState: vi.fn(async () => null),
    },
    ruleEngine: { evaluate: vi.fn(() => true), register: vi.fn(), resolve: vi.fn() },
    scheduler: {
      schedule: vi.fn(async (_cron: string, _name: string) => undefined),
      cancel: vi.fn(async (_name: string) => undefined),
    },
    queue: { add: vi.fn(async () => ({ id: "1", status: "ready" })), getJob: vi.fn() },
    realtime: {
      broadcast: vi.fn(async () => undefined),
      subscribe: vi.fn(),
      unsubscribe: vi.fn(),
    },
    db: { query: vi.fn(async () => []), execute: vi.fn(async () => undefined) },
    logger: { info: vi.fn(), error: vi.fn(), warn: vi.fn(), debug: vi.fn() },
    dispatch: vi.fn(async () => ({})) as LMSPluginContext["dispatch"],
    query: vi.fn(async () => null) as LMSPluginContext["query"],
    config: {},
  } satisfies LMSPluginContext;
  return { context, unsubscribed };
}
