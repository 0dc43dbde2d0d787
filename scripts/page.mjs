// Bundles what the page of a live session runs into public/pages/live.js; wrangler calls it before it builds.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(fileURLToPath(import.meta.url), "..", "..");

await build({
  entryPoints: [join(root, "src", "browser", "live", "main.ts")],
  outfile: join(root, "public", "pages", "live.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
