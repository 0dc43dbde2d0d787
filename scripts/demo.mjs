// `npm run demo`: the main job over HTTP and WebSocket against a running server, step by step.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findBySearch, giveThumbnail, review, writeContent, writeCourse } from "./demo/author.mjs";
import { check, clientOf, Stuck } from "./demo/client.mjs";
import { certificateOf, enroll, keep, learnModules, verify } from "./demo/learn.mjs";
import { join as joinSession, openCohort, takeSeat } from "./demo/live.mjs";

const STEPS = 17;
const WALK_MS = 180_000;
let number = 0;

/** One act of the walk, with a line of what came of it. */
async function step(title, act) {
  number += 1;
  const label = `${String(number).padStart(2)}/${STEPS}  ${title}`;
  if (process.stdout.isTTY) process.stdout.write(`${label} …`);
  const start = performance.now();
  const { say = "", ...result } = await act();
  const ms = Math.round(performance.now() - start);
  const line = `${label.padEnd(52)} ${String(ms).padStart(5)} ms  ${say}`;
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[K${line}\n` : `${line}\n`);
  return result;
}

function readDemo() {
  const path = join(resolve(process.env.LYCEUM_STATE ?? ".wrangler/state"), "demo.json");
  if (!existsSync(path)) {
    throw new Stuck(
      `There is no ${path}`,
      "Start a server with npm start in another terminal; with LYCEUM_STATE set, set it here too",
    );
  }
  return JSON.parse(readFileSync(path, "utf8"));
}

async function serverOf(demo) {
  const client = clientOf(demo.url);
  const health = await fetch(new URL("/health", demo.url), { signal: AbortSignal.timeout(5_000) })
    .then((answer) => answer.ok)
    .catch(() => false);
  if (!health) {
    throw new Stuck(
      `No server answers at ${demo.url}`,
      "Start one with npm start in another terminal, and leave it running",
    );
  }
  return client;
}

async function walk() {
  const demo = readDemo();
  const client = await serverOf(demo);
  const { keys, org } = demo;
  const [other] = demo.learners;
  if (!other) {
    throw new Stuck(
      "The demo has no further learner",
      "Start the server without LYCEUM_DEMO_LEARNERS=0",
    );
  }
  const run = `n${Date.now().toString(36)}`;
  console.log(`Lyceum at ${demo.url}, organization ${org.slug}, run ${run}\n`);

  await step("The server is well", async () => {
    const manifest = await client.get("/lms/manifest");
    return { say: `${manifest.commands?.length ?? 0} commands of the core` };
  });
  const { course: draft } = await step("An instructor drafts a course, ru and en", async () => {
    const course = await writeCourse(client, keys.instructor, run);
    return { course, say: `/${course.slug}` };
  });
  await step("… with a thumbnail by a signed address", async () => {
    const { size, url } = await giveThumbnail(client, keys.instructor, draft);
    return { say: `${size} bytes at ${new URL(url).pathname.slice(0, 14)}…` };
  });
  const { modules } = await step("… with chapters, modules and sections", async () => {
    const written = await writeContent(client, keys.instructor, draft);
    const types = Object.values(written).map((one) => one.type);
    const found = await client.get(
      `/lms/instructor/modules/${written.article.id}`,
      keys.instructor,
    );
    const article = { ...written.article, sections: found.sections };
    return { modules: { ...written, article }, say: types.join(", ") };
  });
  const { course } = await step("A reviewer rejects it, then approves it", async () => {
    const { published, reason } = await review(client, keys, draft);
    return { course: published, say: `“${reason}” → ${published.status}` };
  });
  await step("The public finds it", async () => {
    const { words } = await findBySearch(client, org.slug, course, run);
    return { say: `by ${words.join(", ")}` };
  });
  const { enrollment } = await step("A learner enrolls; it is free", async () => {
    const { enrollment, way } = await enroll(client, keys.learner, course);
    return { enrollment, say: `${enrollment.status}; next “${way.nextStep.title}”` };
  });
  const { refusals } = await step("… and learns it module by module", async () => {
    const learned = await learnModules(client, keys, course, modules, enrollment, keys.learner);
    return { ...learned, say: `${learned.done.completionPct} %, ${learned.done.status}` };
  });
  for (const one of refusals) console.log(`       refused on the way  ${one}`);
  const { certificate } = await step("The certificate comes", async () => {
    const { certificate, document } = await certificateOf(client, keys.learner, enrollment);
    const path = keep(document, `certificate-${certificate.verificationCode}.pdf`);
    return { certificate, say: `${path}, ${Math.round(document.length / 1024)} KiB` };
  });
  await step("Anyone verifies it", async () => {
    const said = await verify(client, certificate, course);
    return { say: `${said.learnerName}: ${said.page}` };
  });
  await step("It goes to Open edX as an OLX bundle", async () => {
    const path = `/lms/openedx/courses/${course.id}/olx`;
    const bundle = await client.get(path, keys.instructor);
    check(bundle[0] === 0x1f && bundle[1] === 0x8b, "The bundle is no gzip");
    return { say: `${keep(bundle, `${course.slug}.tar.gz`)}, ${bundle.length} bytes` };
  });
  const { cohort, session } = await step("A cohort opens, with a live session", async () => {
    const opened = await openCohort(client, keys.instructor, course);
    return { ...opened, say: opened.session.title };
  });
  await step("Another learner takes a seat", async () => {
    const { freePlaces, capacity } = await takeSeat(client, other.key, course, cohort);
    return { say: `${freePlaces} of ${capacity} places are left` };
  });
  await live(client, { instructor: keys.instructor, learner: other }, session);
  await step("The log tells it all", async () => {
    const path = `/lms/admin/events?aggregateType=enrollment&aggregateId=${enrollment.id}&limit=100`;
    const { data } = await client.get(path, keys.admin);
    const told = data.map((one) => one.type);
    check(told.includes("enrollment.completed"), "The log lacks enrollment.completed");
    return { say: `${data.length} events of this enrollment` };
  });
}

async function live(client, { instructor, learner }, session) {
  const { socket } = await step("… joins over a WebSocket with a ticket", async () => {
    const socket = await joinSession(client, learner.key, session);
    const { data } = await socket.told("welcome");
    check(data.state.status === "scheduled", `Welcomed to a ${data.state.status} session`);
    return { socket, say: `welcome, ${data.participants.count} in the room` };
  });
  try {
    await step("… sees who is there, and the start", async () => {
      await socket.told("session:presence", (data) =>
        data.changes.some((one) => one.userId === learner.id),
      );
      const teacher = await joinSession(client, instructor, session);
      const { data } = await socket.told("session:presence", (told) => told.count === 2);
      await client.post(`/lms/sessions/${session.id}/start`, instructor);
      const started = await socket.told("session:state", (told) => told.status === "live");
      teacher.close();
      const [who] = data.changes;
      return { say: `${who.type} of ${who.name}; session:state ${started.data.status}` };
    });
    await step("… and the end", async () => {
      await client.post(`/lms/sessions/${session.id}/end`, instructor);
      const { data } = await socket.told("session:state", (told) => told.status === "ended");
      return { say: `session:state ${data.status}` };
    });
  } finally {
    socket.close();
  }
}

const start = performance.now();
const late = setTimeout(() => {
  console.error(`\nThe walk took over ${WALK_MS / 1_000} s; see the server's terminal`);
  process.exit(1);
}, WALK_MS);
try {
  await walk();
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(`\nThe main job works, end to end, in ${seconds} s.`);
} catch (error) {
  if (!(error instanceof Stuck)) throw error;
  console.error(
    `\n\nStopped${number > 0 ? ` at step ${number}` : ""}: ${error.message}\n  ${error.advice}`,
  );
  process.exitCode = 1;
} finally {
  clearTimeout(late);
}
