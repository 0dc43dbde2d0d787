// Builds what a deployment carries: fonts and assets in public/, the Worker in dist/.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = join(fileURLToPath(import.meta.url), "..", "..");

/** The Worker as `wrangler deploy` would send it; returns the path of its entry. */
export function buildWorker({ quiet = true } = {}) {
  run("node", ["scripts/fonts.mjs"], quiet);
  run("node", ["scripts/page.mjs"], quiet);
  run(
    join(root, "node_modules", ".bin", "wrangler"),
    ["deploy", "--dry-run", "--minify", "--outdir", "dist"],
    quiet,
  );
  return join(root, "dist", "worker.js");
}

function run(command, args, quiet) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    stdio: quiet ? "pipe" : "inherit",
  });
  if (status === 0) return;
  console.error(`${stdout ?? ""}${stderr ?? ""}`);
  throw new Error(`${command} ${args.join(" ")} failed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const entry = readFileSync(buildWorker());
  const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
  console.log(`dist/worker.js: ${kib(entry.length)}, ${kib(gzipSync(entry).length)} gzipped`);
}
