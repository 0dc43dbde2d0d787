import { accessSync, constants, statfsSync } from "node:fs";
import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const inNode = ["test/**/*.unit.test.ts", "test/**/*.property.test.ts"];
/** Examples of source 1 as they stand: they expect the globals. */
const examples = "test/contract/source-1/**/*.test.ts";
const aside = ["test/e2e/**", "test/bench/**", "**/node_modules/**"];

/** Passwords, documents, races and properties take their time where two cores carry everything. */
const SLOWEST_MS = 60_000;

/** Queues hand over at once in tests; the rest is wrangler.toml's. */
const atOnce = { maxBatchTimeout: 0.05 };

/** What tests write is thrown away: in memory, where a machine has room there, no commit waits for a disk. */
const MEMORY = "/dev/shm";
const ROOM_BYTES = 2 ** 31;

function hasRoom(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}

if (hasRoom()) process.env.TMPDIR = MEMORY;

export default defineConfig(async () => {
  const migrations = await readD1Migrations(path.join(import.meta.dirname, "migrations"));
  return {
    test: {
      silent: "passed-only" as const,
      projects: [
        {
          // The example imports the package by its name.
          resolve: { alias: { lyceum: path.join(import.meta.dirname, "src/index.ts") } },
          test: { name: "node", include: inNode, exclude: aside, testTimeout: SLOWEST_MS },
        },
        { test: { name: "contract", include: [examples], globals: true } },
        {
          plugins: [
            cloudflareTest({
              wrangler: { configPath: "./wrangler.toml" },
              miniflare: {
                bindings: {
                  TEST_MIGRATIONS: migrations,
                  AUTH_SECRET: "tests sign their cookies with this secret",
                  OPERATOR_KEY: "tests-open-the-operators-doors-with-this",
                  SIGNING_KEY: "tests sign their file addresses with this",
                  SECRETS_KEYS: JSON.stringify([
                    { id: "second", key: Buffer.alloc(32, 2).toString("base64") },
                    { id: "first", key: Buffer.alloc(32, 1).toString("base64") },
                  ]),
                  LIMITS: "lax",
                },
                queueConsumers: {
                  "lms-events": { ...atOnce, maxBatchSize: 25, deadLetterQueue: "lms-events-dead" },
                  "lms-jobs": { ...atOnce, maxBatchSize: 5, deadLetterQueue: "lms-jobs-dead" },
                  "lms-notifications": {
                    ...atOnce,
                    maxBatchSize: 10,
                    deadLetterQueue: "lms-notifications-dead",
                  },
                  "lms-events-dead": atOnce,
                  "lms-jobs-dead": atOnce,
                  "lms-notifications-dead": atOnce,
                },
              },
            }),
          ],
          test: {
            name: "workers",
            globalSetup: ["./test/harness/issuer.ts", "./test/harness/open-edx.ts"],
            include: ["test/**/*.test.ts"],
            exclude: [...aside, ...inNode, examples],
            isolate: false,
            testTimeout: SLOWEST_MS,
            hookTimeout: SLOWEST_MS,
            setupFiles: ["./test/harness/setup.ts"],
          },
        },
      ],
    },
  };
});
