// `npm test`: lint, types, unit, integration in workerd, contract and e2e; what needs nothing of another runs beside it.
// What a step prints is shown when it ends; after a failure no further step begins.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const bin = (name) => join(root, "node_modules", ".bin", name);
const vitest = (...args) => [bin("vitest"), ["run", ...args]];

/** workerd runs its Worker on one thread: two halves fill two cores. More at once would only wait. */
const LANES = Math.min(2, availableParallelism());

/** What others read. */
const FIRST = [
  ["fonts", "node", ["scripts/fonts.mjs"]],
  ["page", "node", ["scripts/page.mjs"]],
];

/** The quick ones first, then the longest first. */
const REST = [
  ["lint", bin("biome"), ["check", "--error-on-warnings", "."]],
  ["types of the browser", bin("tsc"), ["--noEmit", "-p", "src/browser"]],
  ["deploy", bin("wrangler"), ["deploy", "--dry-run", "--outdir", join("dist", "check")]],
  ["types", bin("tsc"), ["--noEmit"]],
  ["tests in workerd, one half", ...vitest("--project", "workers", "--shard", "1/2")],
  ["tests in workerd, the other half", ...vitest("--project", "workers", "--shard", "2/2")],
  ["e2e", "node", ["--test", "--test-concurrency=1", "test/e2e/*.test.mjs"]],
  ["tests in Node", ...vitest("--project", "node", "--project", "contract")],
];

const running = new Set();
const failed = [];

function run([name, command, args]) {
  const start = Date.now();
  console.log(`── ${name} …`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (one) => said.push(one));
    child.on("error", (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.on("close", (status) => {
      running.delete(child);
      if (status !== 0) failed.push(name);
      process.stdout.write(Buffer.concat(said));
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      console.log(`── ${name}: ${status === 0 ? "" : "failed, "}${seconds} s\n`);
      resolve();
    });
  });
}

async function runAll(steps, lanes) {
  const waiting = [...steps];
  const lane = async () => {
    while (failed.length === 0 && waiting.length > 0) await run(waiting.shift());
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    failed.push(signal);
    for (const child of running) child.kill(signal);
  });
}

const start = Date.now();
await runAll(FIRST, 1);
await runAll(REST, LANES);
console.log(`── all: ${((Date.now() - start) / 1000).toFixed(1)} s`);
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exit(1);
}
