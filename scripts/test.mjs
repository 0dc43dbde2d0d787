// `npm test`: lint, types, unit, integration in workerd, contract and e2e, one after another; stops at the first that fails.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const bin = (name) => join(root, "node_modules", ".bin", name);

const STEPS = [
  ["fonts", "node", ["scripts/fonts.mjs"]],
  ["page", "node", ["scripts/page.mjs"]],
  ["lint", bin("biome"), ["check", "--error-on-warnings", "."]],
  ["types", bin("tsc"), ["--noEmit"]],
  ["types of the browser", bin("tsc"), ["--noEmit", "-p", "src/browser"]],
  ["deploy", bin("wrangler"), ["deploy", "--dry-run", "--outdir", join("dist", "check")]],
  ["tests", bin("vitest"), ["run"]],
  ["e2e", "node", ["--test", "--test-concurrency=1", "test/e2e/*.test.mjs"]],
];

for (const [name, command, args] of STEPS) {
  const start = Date.now();
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) {
    console.error(`\n${name} failed`);
    process.exit(1);
  }
  console.log(`── ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
}
