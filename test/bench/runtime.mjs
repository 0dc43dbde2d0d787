// Lyceum, the bare Worker and the filler in one workerd over one D1, each with a socket of its own.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "..", "..");

/** Builds a Worker with wrangler into `folder`; returns the folder. */
export function build(config, script, folder) {
  const args = ["deploy", ...(script ? [script] : []), "--config", config];
  const { status, stdout, stderr } = spawnSync(
    join(root, "node_modules", ".bin", "wrangler"),
    [...args, "--dry-run", "--minify", "--outdir", folder],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`Building ${script ?? config} failed\n${stdout}${stderr}`);
  return folder;
}

export const bareConfig = join(here, "bare.toml");
export const lyceumConfig = join(root, "wrangler.toml");

/** A port that nobody listens on just now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A clock tick of /proc, as Linux has it everywhere. */
const TICK_MS = 10;

/** Milliseconds of processor time that our workerd has had, all its threads; undefined where /proc is not. */
export function workerdCpuMs() {
  const pid = workerdPid();
  return pid && cpuMsOf(pid);
}

/** Our workerd; undefined where /proc is not. */
export function workerdPid() {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .find((pid) => {
        const stat = statOf(pid);
        return stat?.name === "workerd" && stat.parent === process.pid;
      });
  } catch {
    return undefined;
  }
}

export function cpuMsOf(pid) {
  const stat = statOf(pid);
  return stat && (stat.user + stat.system) * TICK_MS;
}

function statOf(pid) {
  try {
    const [, name, rest] = /\((.*)\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"));
    const all = rest.split(" ");
    return { name, parent: Number(all[1]), user: Number(all[11]), system: Number(all[12]) };
  } catch {
    return undefined;
  }
}

const SECRETS = {
  AUTH_SECRET: "the benchmark signs its cookies with this",
  OPERATOR_KEY: "the benchmark opens what operators open",
  SIGNING_KEY: "the benchmark signs its file addresses so",
};

const ASSETS = "export default { fetch: (request, env) => env.ASSETS.fetch(request) };";

/**
 * Stands between every queue and its consumer, so that a round measures answers alone: what follows an
 * answer is counted apart, and neither Worker does it while the other is measured. Polls, for no request
 * may wait for another's promise.
 */
const GATE = `
let shut = false;
export default {
  async fetch(request) {
    shut = new URL(request.url).pathname === "/shut";
    return new Response(null, { status: 204 });
  },
  async queue(batch, env) {
    while (shut) await scheduler.wait(200);
    if (batch.queue === "bare") return batch.ackAll();
    const messages = batch.messages.map(({ id, timestamp, body, attempts }) => ({ id, timestamp, body, attempts }));
    const { outcome, retryMessages } = await env.LYCEUM.queue(batch.queue, messages);
    if (outcome !== "ok") return batch.retryAll();
    for (const { msgId, delaySeconds } of retryMessages) {
      batch.messages.find(({ id }) => id === msgId)?.retry({ delaySeconds });
    }
  },
};`;

const scriptOf = (folder, file) => ({
  modulesRules: undefined,
  modulesRoot: folder,
  modules: [{ type: "ESModule", path: join(folder, file) }],
});

/** @param {(line: Record<string, unknown>) => void} onLine gets Lyceum's lines of log */
export async function startRuntime({ folders, state, onLine }) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(lyceumConfig);
  const { d1Databases, compatibilityDate } = workerOptions;
  const port = await freePort();
  const direct = await freePort();
  const bare = await freePort();
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      handleStructuredLogs: ({ level, message }) => {
        if (level === "error" && !message.startsWith("{")) console.error(message);
        if (message.startsWith("{")) onLine(JSON.parse(message));
      },
      workers: [
        {
          ...workerOptions,
          ...scriptOf(folders.lyceum, "worker.js"),
          name: "lyceum",
          queueConsumers: undefined,
          // Miniflare's asset router would stand before the socket: no part of Lyceum, and slower than it.
          assets: undefined,
          serviceBindings: { ASSETS: "assets" },
          bindings: {
            ...workerOptions.bindings,
            ...SECRETS,
            ENVIRONMENT: "development",
            ORIGIN: `http://localhost:${port}`,
            LIMITS: "lax",
          },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: direct }],
        },
        {
          ...scriptOf(folders.bare, "bare.js"),
          name: "bare",
          compatibilityDate,
          d1Databases,
          queueProducers: { BARE: { queueName: "bare" } },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: bare }],
        },
        {
          name: "gate",
          compatibilityDate,
          compatibilityFlags: ["service_binding_extra_handlers"],
          serviceBindings: { LYCEUM: "lyceum" },
          queueConsumers: {
            ...workerOptions.queueConsumers,
            bare: { maxBatchSize: 25, maxBatchTimeout: 1 },
          },
          modulesRoot: root,
          modules: [{ type: "ESModule", path: join(root, "gate.js"), contents: GATE }],
        },
        {
          name: "assets",
          compatibilityDate,
          assets: workerOptions.assets,
          modulesRoot: root,
          modules: [{ type: "ESModule", path: join(root, "assets.js"), contents: ASSETS }],
        },
        { ...scriptOf(folders.fill, "fill.js"), name: "fill", compatibilityDate, d1Databases },
      ],
    }),
    resourcePersistencePath: state,
  });
  await miniflare.ready;
  const filler = await miniflare.getWorker("fill");
  const lyceum = await miniflare.getWorker("lyceum");
  const gate = await miniflare.getWorker("gate");
  return {
    ports: { lyceum: direct, bare },
    database: await miniflare.getD1Database("DB", "lyceum"),
    fill: async (wanted) => {
      const answer = await filler.fetch("http://fill/", {
        method: "POST",
        body: JSON.stringify(wanted),
      });
      if (!answer.ok) throw new Error(`Filling failed: ${await answer.text()}`);
    },
    /** Between the two, what follows an answer waits: `holdBack` before a round, `letGo` after it. */
    holdBack: () => gate.fetch("http://gate/shut"),
    letGo: () => gate.fetch("http://gate/open"),
    /** Sends what the seed's triggers wanted; Miniflare fires no cron by itself. */
    relay: () => lyceum.scheduled({ cron: "@restart", scheduledTime: new Date() }),
    stop: () => miniflare.dispose(),
  };
}

/**
 * Milliseconds of a fresh workerd with this one script: until it is ready, and then to its first answer.
 * `beside` travels with the script and is never looked at.
 */
export async function startUpMs(folder, file, path, beside) {
  const script = scriptOf(folder, file);
  if (beside) script.modules.push({ type: "Data", path: join(folder, "beside"), contents: beside });
  const { workerOptions } = unstable_getMiniflareWorkerOptions(lyceumConfig);
  const begun = performance.now();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      log: new Log(LogLevel.NONE),
      logRequests: false,
      handleStructuredLogs: () => {},
      workers: [
        {
          ...script,
          name: "started",
          compatibilityDate: workerOptions.compatibilityDate,
          bindings: { ...SECRETS, ENVIRONMENT: "development", ORIGIN: "http://localhost:8787" },
          d1Databases: workerOptions.d1Databases,
        },
      ],
    }),
  );
  try {
    await miniflare.ready;
    const ready = performance.now();
    const answer = await miniflare.dispatchFetch(`http://localhost${path}`);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return { ready: ready - begun, first: performance.now() - ready };
  } finally {
    await miniflare.dispose();
  }
}
