// `npm start`: builds, migrates, seeds the demo, serves, and says what to try.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildWorker } from "./build.mjs";
import { seedDemo } from "./seed.mjs";
import { fingerprint, migrate, startServer } from "./server.mjs";

const port = wholeNumber("PORT", 8787);
const learners = wholeNumber("LYCEUM_DEMO_LEARNERS", 3);
const state = resolve(process.env.LYCEUM_STATE ?? ".wrangler/state");
const url = `http://localhost:${port}`;

function wholeNumber(name, otherwise) {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  console.error(`${name} has to be a whole number; it is ${JSON.stringify(text)}`);
  process.exit(1);
}

/** Secrets of this folder's server, made once: sessions and signed addresses outlive a restart. */
function secretsIn(folder) {
  const path = join(folder, "secrets.json");
  const known = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  const secret = () => randomBytes(32).toString("base64url");
  const key = { id: "first", key: randomBytes(32).toString("base64") };
  const secrets = {
    AUTH_SECRET: secret(),
    OPERATOR_KEY: secret(),
    SIGNING_KEY: secret(),
    SECRETS_KEYS: JSON.stringify([key]),
    ...known,
  };
  writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
  chmodSync(path, 0o600);
  return secrets;
}

function built() {
  const mark = join("dist", "fingerprint");
  const now = fingerprint();
  if (existsSync(mark) && readFileSync(mark, "utf8") === now) return;
  console.log("Building the Worker …");
  buildWorker();
  writeFileSync(mark, now);
}

mkdirSync(state, { recursive: true });
built();
const server = await startServer({
  port,
  directPort: process.env.LYCEUM_DIRECT_PORT ? wholeNumber("LYCEUM_DIRECT_PORT", 0) : undefined,
  state: join(state, "v3"),
  bindings: {
    ...secretsIn(state),
    ENVIRONMENT: "development",
    ORIGIN: url,
    LIMITS: process.env.LYCEUM_LIMITS === "on" ? "on" : "lax",
  },
}).catch((error) => {
  const taken = /EADDRINUSE|Address already in use/i.test(String(error));
  console.error(taken ? `Port ${port} is in use: stop what uses it, or set PORT` : error);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    await server.stop();
    process.exit(0);
  });
}
const applied = await migrate(server.database);
if (applied.length > 0) console.log(`Applied ${applied.length} migrations`);
const demo = await seedDemo({
  database: server.database,
  url,
  learners,
  file: join(state, "demo.json"),
});
await server.resume();

console.log(`
Lyceum is ready at ${url}

  The reference        ${url}/docs
  Is it well?          ${url}/health/lms
  Its mails            ${url}/dev/mailbox
  A session's page     ${url}/live/{its id}, signed in as one of the demo's people
  Demo credentials     ${join(state, "demo.json")}

Try:
  curl -s ${url}/lms/courses?org=${demo.org.slug}
  curl -s -H "Authorization: Bearer ${demo.keys.learner}" ${url}/lms/me
  npm run demo         the main job, step by step, in another terminal
`);
