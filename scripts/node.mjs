// Runs a project binary on a Node that the toolchain accepts: `node scripts/node.mjs vitest run`.
// A machine with an older Node gets the one that the lockfile pins (node-<platform>-<arch>), with no install script.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Node 22.12 and 24 upwards; 23 is no longer kept. */
function accepted([major, minor]) {
  return (major === 22 && minor >= 12) || major >= 24;
}

function packagedNode() {
  const os = process.platform === "win32" ? "win" : process.platform;
  const file = process.platform === "win32" ? "node.exe" : "node";
  return ["node", "node-bin"]
    .map((name) => join(root, "node_modules", `${name}-${os}-${process.arch}`, "bin", file))
    .find(existsSync);
}

const own = process.versions.node.split(".").map(Number);
const node = accepted(own) ? process.execPath : packagedNode();
if (!node) {
  console.error(
    `Lyceum's tools need Node 22.12 or newer (this is ${process.version}) and no packaged Node fits ${process.platform}-${process.arch}. Install Node 24 and try again.`,
  );
  process.exit(1);
}

const [binary, ...args] = process.argv.slice(2);
const command =
  binary === "node" ? args : ["--no-warnings", join(root, "node_modules", ".bin", binary), ...args];
const child = spawn(node, command, {
  stdio: "inherit",
  cwd: root,
  env: {
    ...process.env,
    PATH: [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 0)));
