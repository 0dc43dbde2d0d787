import { commandHandlers, queryHandlers } from "./embed/handlers.ts";
import { hostOf } from "./embed/host.ts";
import type { Hearer, LMSPluginConfig, LMSPluginContext } from "./embed/ports.ts";
import {
  allRules,
  coreJobs,
  coreMachines,
  registered,
  requireCapabilities,
} from "./embed/registration.ts";
import type { RouteDefinition } from "./embed/route.ts";
import { routesOf } from "./embed/routes.ts";
import { errorText } from "./kernel/error.ts";
import { startRun } from "./kernel/job-run.ts";
import type { Host } from "./kernel/ports.ts";
import { BUILT_IN, type Settings, settingsOf, settingsOverride } from "./kernel/settings.ts";
import { MINUTE } from "./kernel/time.ts";
import { lms } from "./lms.ts";
import { LMS_MANIFEST, type LMSManifest } from "./manifest.ts";

export type JobDefinition = {
  name: string;
  summary: string;
  /** Five fields in UTC. */
  cron: string;
  /** Starts the run of a minute, this one where none is given; one that is there already stays one. */
  handler(dueAt?: number): Promise<{ started: boolean }>;
};

type Live = {
  context: LMSPluginContext;
  host: Host;
  undo: () => Promise<void>;
  stop: () => void;
};

export type LMSPlugin = ReturnType<typeof createLMSPlugin>;

/** The core for a system that embeds it: registers with its engines on `init`, and lets go on `shutdown`. */
export function createLMSPlugin(config: LMSPluginConfig = {}) {
  let merged = mergedOf(config);
  let live: Live | undefined;
  let starting = false;
  const running = (): Live => {
    if (!live) throw new Error("LMS plugin: call init(context) first");
    return live;
  };
  const jobs = jobsOf(() => running().host);
  const routes = routesOf(running);

  return {
    /** Nothing is registered where the context lacks what it must have, or something else fails on the way. */
    async init(context: LMSPluginContext): Promise<void> {
      if (live || starting) throw new Error("LMS plugin: already initialized");
      starting = true;
      try {
        context.logger?.info("LMSPlugin initializing...");
        requireCapabilities(context);
        merged = mergedOf(config, context.config);
        const { host, stop } = kernelOf(context, merged);
        const { undo, counts } = await registered(context, host);
        live = { context, host, undo, stop };
        context.logger.info("LMSPlugin initialized successfully", {
          version: LMS_MANIFEST.version,
          entities: LMS_MANIFEST.entities.length,
          events: LMS_MANIFEST.events.length,
          commands: LMS_MANIFEST.commands.length,
          queries: LMS_MANIFEST.queries.length,
          routes: routes.length,
          ...counts,
        });
      } catch (error) {
        context.logger?.error("LMSPlugin failed to initialize", { error: errorText(error) });
        throw error;
      } finally {
        starting = false;
      }
    },
    async shutdown(): Promise<void> {
      const was = live;
      live = undefined;
      if (!was) return;
      await was.undo();
      was.stop();
      was.context.logger.info("LMSPlugin shutdown complete");
    },
    getRoutes: (): RouteDefinition[] => routes,
    getJobs: (): JobDefinition[] => jobs,
    getManifest: (): LMSManifest => LMS_MANIFEST,
    getConfig: () => merged,
    /** All that a host with a mediator of its own registers from. */
    getComposeDefinition: () => ({
      manifest: LMS_MANIFEST,
      commands: lms.commands,
      queries: lms.queries,
      events: lms.events,
      machines: coreMachines(),
      rules: allRules(),
      jobs,
      listeners: lms.listeners,
      routes,
      commandHandlers,
      queryHandlers,
    }),
  };
}

type Merged = Settings & { adapters: NonNullable<LMSPluginConfig["adapters"]> };

/** Built-in values < the plugin's < the context's. Throws on a name or a value that is none. */
function mergedOf(...configs: (LMSPluginConfig | undefined)[]): Merged {
  const settings = configs.map((one) => {
    const { features, defaults } = one ?? {};
    const parsed = settingsOverride.safeParse({ features, defaults });
    if (parsed.success) return parsed.data;
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`LMS plugin: config is wrong: ${faults.join("; ")}`);
  });
  return {
    ...settingsOf(BUILT_IN, ...settings),
    adapters: Object.assign({}, ...configs.map((one) => one?.adapters)),
  };
}

/** What the host stands on already, else what is made of its ports and ends with the plugin. */
function kernelOf(
  context: LMSPluginContext,
  config: LMSPluginConfig,
): { host: Host & Hearer; stop: () => void } {
  if (context.host) return { host: context.host, stop: () => undefined };
  const host = hostOf(context, config);
  return { host, stop: host.stop };
}

const jobsOf = (host: () => Host): JobDefinition[] =>
  coreJobs().map((job) => ({
    name: job.name,
    summary: job.summary,
    cron: job.cron,
    handler: async (dueAt = Math.floor(host().now() / MINUTE) * MINUTE) => ({
      started: await startRun(host(), { job, dueAt }),
    }),
  }));
