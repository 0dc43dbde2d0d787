import { waitUntil } from "cloudflare:workers";
import { machinesOn, rulesOf, scheduling, subscribers } from "../embed/engines.ts";
import { mediatorOn } from "../embed/mediator.ts";
import type { DatabaseClient, Hearer, LMSPluginContext, Logger } from "../embed/ports.ts";
import { queueOn } from "../embed/queue.ts";
import type { SqlRow } from "../kernel/database.ts";
import { deliver } from "../kernel/delivery.ts";
import type { Host } from "../kernel/ports.ts";
import { SECOND } from "../kernel/time.ts";
import { gatewayOver } from "../live/broadcast.ts";
import { lms } from "../lms.ts";
import { createLMSPlugin } from "../plugin.ts";
import { newMeter } from "./d1.ts";
import { configOf, type Env } from "./env.ts";
import { log, unitOf } from "./host.ts";

const deployments = new WeakMap<Env, ReturnType<typeof deployed>>();

/** The core with this deployment as its host: registered once an isolate, by its first batch or minute. */
export function hosted(env: Env): ReturnType<typeof deployed> {
  const known = deployments.get(env);
  if (known) return known;
  const made = deployed(env);
  deployments.set(env, made);
  made.catch(() => deployments.delete(env));
  return made;
}

async function deployed(env: Env) {
  const { subscribe, hand } = subscribers(logger);
  const { scheduler, due } = scheduling();
  const host = isolate(env);
  const context = {
    eventBus: over(env.EVENTS, (queue) => ({
      subscribe,
      publish: async (event: unknown) => {
        await queue.send(event, { contentType: "json" });
      },
    })),
    fsmEngine: machinesOn(databaseOn(env.DB)),
    ruleEngine: rulesOf(),
    queue: over(env.JOBS, () => queueOn(host)),
    scheduler,
    realtime: over(env.CHANNELS, () => gatewayOver(host.ports.realtime, host)),
    db: over(env.DB, databaseOn),
    logger,
    ...mediatorOn(host),
    config: configOf(env).SETTINGS,
    host,
    // SAFETY: what is not bound is missing here, and init says so before it registers anything.
  } as LMSPluginContext;
  const plugin = createLMSPlugin();
  await plugin.init(context);
  return { plugin, context, hand, due };
}

const over = <B, T>(binding: B | undefined, make: (binding: B) => T): T | undefined =>
  binding === undefined ? undefined : make(binding);

/** For what no unit of work asks for; a request, a batch and the minute have hosts of their own. */
function isolate(env: Env): Host & Hearer {
  const { host } = unitOf(env, { waitUntil }, newMeter());
  return {
    ...host,
    async hear(event) {
      const [verdict] = await deliver(host, lms, [event]);
      if (!verdict || verdict.settled) return;
      const delaySeconds = Math.ceil(verdict.retryInMs / SECOND);
      await env.EVENTS.send(event, { contentType: "json", delaySeconds });
    },
  };
}

const databaseOn = (d1: D1Database): DatabaseClient => {
  const prepared = (sql: string, params: readonly unknown[]) => d1.prepare(sql).bind(...params);
  return {
    query: async <T>(sql: string, params: unknown[]) =>
      (await prepared(sql, params).all<T>()).results,
    execute: async (sql, params) => {
      await prepared(sql, params).run();
    },
    batch: async (statements) =>
      (await d1.batch<SqlRow>(statements.map((one) => prepared(one.sql, one.params)))).map(
        ({ results }) => results,
      ),
  };
};

const logAt =
  (level: "info" | "warn" | "error"): Logger["info"] =>
  (message, meta = {}) =>
    log({ ...meta, level, unit: "plugin", message });

const logger: Logger = {
  info: logAt("info"),
  warn: logAt("warn"),
  error: logAt("error"),
  debug: () => undefined,
};
