// The built Worker on Miniflare's API: one workerd, no proxy and no inspector before it, crons fired here.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const MINUTE_MS = 60_000;

/**
 * @param {{ port: number, state: string, bindings: Record<string, string>, directPort?: number,
 *   crons?: boolean }} options `state` is the folder that keeps D1, R2 and the objects
 */
export async function startServer({ port, state, bindings, directPort, crons = true }) {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, "wrangler.toml"));
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      logRequests: false,
      workers: [
        {
          ...workerOptions,
          name: "lyceum",
          bindings: { ...workerOptions.bindings, ...bindings },
          modulesRules: undefined,
          modulesRoot: join(root, "dist"),
          modules: [{ type: "ESModule", path: join(root, "dist", "worker.js") }],
          unsafeDirectSockets: directPort ? [{ host: "127.0.0.1", port: directPort }] : undefined,
        },
      ],
    }),
    resourcePersistencePath: state,
  });
  await miniflare.ready;
  const worker = await miniflare.getWorker("lyceum");
  const fire = (cron) =>
    worker
      .scheduled({ cron, scheduledTime: new Date() })
      .catch((error) => console.error("cron:", error.message));
  const timer = crons ? setInterval(() => fire("* * * * *"), MINUTE_MS) : undefined;
  return {
    database: await miniflare.getD1Database("DB", "lyceum"),
    /** What was under way when the server was last killed goes on now, not minutes from now. */
    resume: () => fire("@restart"),
    stop: async () => {
      clearInterval(timer);
      await miniflare.dispose();
    },
  };
}

/** Applies the migrations that the database lacks, in their order; returns the names of those. */
export async function migrate(database) {
  await database.exec(
    "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
  );
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map((row) => row.name));
  const files = readdirSync(join(root, "migrations")).filter((name) => name.endsWith(".sql"));
  const missing = files.toSorted().filter((name) => !applied.has(name));
  for (const name of missing) {
    const text = readFileSync(join(root, "migrations", name), "utf8");
    const statements = statementsIn(text).map((statement) => database.prepare(statement));
    const done = database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name);
    await database.batch([...statements, done]);
  }
  return missing;
}

/** A migration's statements; a trigger ends with its END. */
export function statementsIn(text) {
  const statements = [];
  let statement = "";
  for (const line of text.split("\n")) {
    if (statement === "" && (line.trim() === "" || line.startsWith("--"))) continue;
    statement += `${line}\n`;
    const isTrigger = /^CREATE TRIGGER/.test(statement);
    if (isTrigger ? line === "END;" : line.trimEnd().endsWith(";")) {
      statements.push(statement.trim());
      statement = "";
    }
  }
  if (statement.trim() !== "") throw new Error(`Statement without an end: ${statement}`);
  return statements;
}

/** The newest change below the sources, to build again only when needed. */
export function fingerprint() {
  const hash = createHash("sha256");
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else hash.update(path).update(readFileSync(path));
    }
  };
  for (const folder of ["src", "durable-objects"]) visit(join(root, folder));
  for (const file of ["wrangler.toml", "package-lock.json"]) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}
