// The package as an embedding system installs it: packed, unpacked, imported and compiled against, in plain Node.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { buildPackage } from "../../scripts/package.mjs";

const root = join(import.meta.dirname, "..", "..");
const { dependencies, exports: entries } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
let home;

function run(command, args, cwd = home) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

before(() => {
  home = mkdtempSync(join(tmpdir(), "lyceum-package-"));
  buildPackage();
  const modules = join(home, "node_modules");
  mkdirSync(join(modules, "lyceum"), { recursive: true });
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", home], root);
  run("tar", ["-xzf", "lyceum-0.1.0.tgz", "--strip-components=1", "-C", "node_modules/lyceum"]);
  for (const name of [...Object.keys(dependencies), "@types/node"]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module" }));
});
after(() => rmSync(home, { recursive: true, force: true }));

test("every entry is importable in plain Node and gives what it is named for", () => {
  const named = {
    ".": "createLMSPlugin",
    "./db/schema": "lmsCourses",
    "./client": "createLyceumClient",
    "./realtime": "session",
    "./events": "deliver",
    "./memory": "createInMemoryHost",
  };
  assert.deepEqual(Object.keys(named), Object.keys(entries));
  const lines = Object.entries(named).map(
    ([entry, name]) =>
      `console.log(typeof (await import("lyceum${entry.slice(1)}")).${name} !== "undefined");`,
  );
  writeFileSync(join(home, "entries.mjs"), lines.join("\n"));
  assert.equal(
    run(process.execPath, ["entries.mjs"]).replaceAll("\n", " ").trim(),
    "true true true true true true",
  );
});

test("the client brings no dependency along, so that a browser loads it alone", () => {
  const seen = new Set();
  const walk = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, from] of text.matchAll(/(?:from|import\() ?"([^"]+)"/g)) {
      assert.ok(from?.startsWith("."), `${file} imports ${from}`);
      walk(join(dirname(file), from));
    }
  };
  for (const entry of ["client", "realtime"]) {
    walk(join(home, `node_modules/lyceum/lib/exports/${entry}.js`));
  }
  assert.ok(seen.size >= 2);
});

test("the packed core runs from its own migrations, without Cloudflare", () => {
  writeFileSync(
    join(home, "walk.mjs"),
    `import { createLMSPlugin } from "lyceum";
import { createInMemoryHost } from "lyceum/memory";
const host = createInMemoryHost();
const lyceum = createLMSPlugin();
await lyceum.init(host.context);
const { id: orgId } = await host.addOrganization({ name: "School", slug: "school" });
const { id: actorId } = await host.addMember({ orgId, name: "I", roles: ["instructor"] });
const payload = { title: "Course", type: "self-paced", level: "beginner" };
const ask = { actorId, orgId, correlationId: "1" };
const course = await host.context.dispatch({ type: "lms.course.create", payload, ...ask });
await host.idle();
console.log(course.status, lyceum.getManifest().migrations.length > 11);
await lyceum.shutdown();
await host.close();`,
  );
  assert.equal(run(process.execPath, ["--no-warnings", "walk.mjs"]).trim(), "draft true");
});

test("its types compile in a strict project, and catch a misspelt field", () => {
  writeFileSync(
    join(home, "typed.ts"),
    `import { createLMSPlugin, type CoursePublishedPayload, type LMSPluginContext } from "lyceum";
import { createLyceumClient } from "lyceum/client";
import { lmsCourses } from "lyceum/db/schema";
import { matchesEvent } from "lyceum/events";
import { session } from "lyceum/realtime";
const client = createLyceumClient({ url: "https://lms.example.org" });
const course = await client.command("lms.course.create", { title: "A", type: "cohort", level: "beginner" });
export const status: "draft" | "under-review" | "published" | "archived" = course.status;
// @ts-expect-error a level that there is not
client.command("lms.course.create", { title: "A", type: "cohort", level: "expert" });
const ticket = () => client.request("POST /lms/sessions/:sessionId/ticket", { sessionId: "s" });
const live = session({ ticket, onMessage: (message) => void (message.type === "session:chat" && message.data.change) });
export const line: string | undefined = (await live.send({ type: "chat", text: "Good evening" })).lineId;
// @ts-expect-error a poll without options
live.send({ type: "poll:open", question: "Ready?" });
export const { data } = await client.request("GET /lms/courses", { limit: 5 });
export const title: string | undefined = data[0]?.title;
export const init = (context: LMSPluginContext) => createLMSPlugin().init(context);
export const at = (payload: CoursePublishedPayload): string => payload.publishedAt;
export const row: typeof lmsCourses.$inferSelect["title"] = "A";
export const all: boolean = matchesEvent("lms.*", "course.created");`,
  );
  const strict = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2024"];
  const modules = ["--module", "nodenext", "--moduleResolution", "nodenext", "--types", "node"];
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  run(process.execPath, [tsc, ...strict, ...modules, "typed.ts"]);
});
