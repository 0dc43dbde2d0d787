// Builds what other systems embed into lib/: the core, the host in memory, the client and the schema, without the Worker.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "..", "..");
const lib = join(root, "lib");

/** JavaScript and declarations of the entries in package.json's `exports`; gives how many modules there are. */
export function buildPackage() {
  rmSync(lib, { recursive: true, force: true });
  run("node", ["scripts/fonts.mjs"]);
  run(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.package.json"]);
  const modules = globSync("**/*.js", { cwd: lib });
  const bound = modules.filter((file) =>
    /from "(?:cloudflare:|@cloudflare\/)/.test(readFileSync(join(lib, file), "utf8")),
  );
  if (bound.length > 0) throw new Error(`Bound to Cloudflare: ${bound.join(", ")}`);
  return modules.length;
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status === 0) return;
  console.error(`${stdout ?? ""}${stderr ?? ""}`);
  throw new Error(`${command} ${args.join(" ")} failed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const start = Date.now();
  const modules = buildPackage();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${relative(root, lib)}: ${modules} modules in ${seconds} s`);
}
