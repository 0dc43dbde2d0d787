import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
const EMBEDDED = ["embed", "exports", "client"];
const HORIZONTAL = ["kernel", "adapters", "http", "cloudflare", "memory", "browser", ...EMBEDDED];
const contexts = readdirSync(join(root, "src"), { withFileTypes: true })
  .filter((one) => one.isDirectory() && !HORIZONTAL.includes(one.name))
  .map((one) => one.name);

type Planted = { path: string; imports: string };
const other = (context: string) => (context === "catalog" ? "enrollment" : "catalog");

const refused: Planted[] = [
  { path: "src/kernel/planted-context.ts", imports: "../catalog/schema.ts" },
  { path: "src/kernel/planted-platform.ts", imports: "cloudflare:workers" },
  { path: "src/kernel/planted-hono.ts", imports: "hono" },
  { path: "src/http/planted-platform.ts", imports: "cloudflare:workers" },
  { path: "src/http/planted-host.ts", imports: "../cloudflare/host.ts" },
  { path: "src/browser/live/planted-kernel.ts", imports: "../../kernel/id.ts" },
  { path: "src/browser/live/planted-context.ts", imports: "../../live/room.ts" },
  { path: "src/browser/live/planted-library.ts", imports: "zod" },
  { path: "src/memory/planted-platform.ts", imports: "cloudflare:workers" },
  { path: "src/memory/planted-host.ts", imports: "../cloudflare/host.ts" },
  ...EMBEDDED.flatMap((folder) => [
    { path: `src/${folder}/planted-platform.ts`, imports: "cloudflare:workers" },
    { path: `src/${folder}/planted-host.ts`, imports: "../cloudflare/host.ts" },
    { path: `src/${folder}/planted-node.ts`, imports: "node:fs" },
    { path: `src/${folder}/planted-hono.ts`, imports: "hono" },
  ]),
  ...contexts.flatMap((context) => [
    { path: `src/${context}/planted-schema.ts`, imports: `../${other(context)}/schema.ts` },
    { path: `src/${context}/planted-command.ts`, imports: `../${other(context)}/queries.ts` },
    { path: `src/${context}/planted-platform.ts`, imports: "cloudflare:workers" },
    { path: `src/${context}/planted-host.ts`, imports: "../cloudflare/host.ts" },
    { path: `src/${context}/planted-http.ts`, imports: "../http/problems.ts" },
    { path: `src/${context}/planted-hono.ts`, imports: "hono" },
    {
      path: `src/${context}/commands/planted-schema.ts`,
      imports: `../../${other(context)}/schema.ts`,
    },
    { path: `src/${context}/commands/planted-platform.ts`, imports: "cloudflare:workers" },
    { path: `src/${context}/commands/planted-host.ts`, imports: "../../cloudflare/host.ts" },
  ]),
];
const allowed: Planted[] = contexts.flatMap((context) => [
  { path: `src/${context}/planted-events.ts`, imports: `../${other(context)}/events.ts` },
  { path: `src/${context}/planted-kernel.ts`, imports: "../kernel/id.ts" },
  {
    path: `src/${context}/commands/planted-statements.ts`,
    imports: `../../${other(context)}/statements.ts`,
  },
  { path: `src/${context}/commands/planted-own.ts`, imports: "../schema.ts" },
]);

type Report = {
  summary: { changed: number; unchanged: number };
  diagnostics: { category: string; location: { path: string | { file: string } } }[];
};

let copy: string;
let looked = 0;
const reported = new Set<string>();

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "lyceum-layering-"));
  for (const folder of ["src", "durable-objects"])
    cpSync(join(root, folder), join(copy, folder), { recursive: true });
  for (const file of ["biome.json", ".gitignore"]) copyFileSync(join(root, file), join(copy, file));
  for (const { path, imports } of [...refused, ...allowed]) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), `import * as planted from "${imports}";\n\nplanted;\n`);
  }
  const rule = "--only=style/noRestrictedImports";
  const args = [biome, "lint", rule, "--reporter=json", "--max-diagnostics=none", "src"];
  const { stdout } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const { summary, diagnostics } = JSON.parse(stdout) as Report;
  looked = summary.changed + summary.unchanged;
  for (const { category, location } of diagnostics) {
    const path = typeof location.path === "string" ? location.path : location.path.file;
    if (category === "lint/style/noRestrictedImports") reported.add(path.replace(/^\.\//, ""));
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("the layering rules", () => {
  test("look at every file there is", () => {
    expect(contexts).toEqual(expect.arrayContaining(["catalog", "enrollment", "identity", "live"]));
    expect(looked).toBeGreaterThan(refused.length + allowed.length + 100);
  });

  test.each(refused)("refuse $path the import of $imports", ({ path }) => {
    expect(reported).toContain(path);
  });

  test("allow a context the kernel, its own files, and another's events and statements", () => {
    expect(allowed.map((one) => one.path).filter((path) => reported.has(path))).toEqual([]);
  });

  test("are broken nowhere in the project itself", () => {
    const planted = new Set(refused.map((one) => one.path));
    expect([...reported].filter((path) => !planted.has(path))).toEqual([]);
  });
});
