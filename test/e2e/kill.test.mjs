import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { clientOf, pause, until } from "../../scripts/demo/client.mjs";
import {
  demoIn,
  freePort,
  holdPort,
  newFolder,
  removeFolder,
  runScript,
  startServer,
} from "./server.mjs";

const folder = newFolder();
const state = join(folder, "state");
const port = await freePort();
let server;

after(async () => {
  await server?.kill();
  removeFolder(folder);
});

test("a port in use is said so in one line, and nothing is left running", async () => {
  const { port: taken, close } = await holdPort();
  const run = runScript("start.mjs", {
    env: { PORT: String(taken), LYCEUM_STATE: join(folder, "elsewhere") },
  });
  const code = await run.ended;
  await close();
  assert.equal(code, 1);
  await until("The end of all its processes", 5_000, async () => (run.isGone() ? true : undefined));
  assert.match(run.text(), new RegExp(`Port ${taken} is in use: .*PORT`));
  assert.doesNotMatch(run.text(), /\n\s+at /, "a stack trace tells a newcomer nothing");
});

test("the demo says what to do while no server runs", async () => {
  const run = runScript("demo.mjs", { cwd: folder, env: { LYCEUM_STATE: state } });
  assert.equal(await run.ended, 1);
  assert.match(run.text(), /npm start/);
});

test("the demo walks to its end, and again on the same data", async () => {
  server = await startServer({ port, state });
  for (const walk of ["first", "second"]) {
    const run = runScript("demo.mjs", { cwd: folder, env: { LYCEUM_STATE: state } });
    assert.equal(
      await run.ended,
      0,
      `the ${walk} walk:\n${run.text()}\n${server.text().slice(-2_000)}`,
    );
    assert.match(run.text(), /The main job works/);
  }
  const documents = readdirSync(join(folder, "out")).filter((name) => name.endsWith(".pdf"));
  assert.equal(documents.length, 2);
});

test("killed before the completion is told: started again, the certificate comes, once", async () => {
  const { learner, complete } = await learnerAtTheEnd(0);
  const enrollment = await complete();
  await killAndStart();
  await certificateComesOnce(learner, enrollment);
});

test("killed while its document is made: started again, the document comes, once", async () => {
  const { client, learner, complete } = await learnerAtTheEnd(1);
  const enrollment = await complete();
  const seen = await until("The certificate", 20_000, async () => {
    const { data } = await client.get("/lms/certificates", learner.key);
    return data.find((one) => one.enrollmentId === enrollment.id);
  });
  assert.equal(seen.documentReady, false, "its document's task is under way");
  await killAndStart();
  await certificateComesOnce(learner, enrollment);
});

test("a restart keeps the credentials and the data", async () => {
  const before = demoIn(state);
  await server.stop();
  server = await startServer({ port, state });
  assert.deepEqual(demoIn(state), before);
  const client = clientOf(before.url);
  const { data } = await client.get("/lms/certificates?limit=100", before.keys.learner);
  assert.equal(data.length, 2, "those of the two walks");
  await server.stop();
  server = undefined;
});

async function killAndStart() {
  const before = demoIn(state);
  await server.kill();
  server = await startServer({ port, state });
  assert.deepEqual(demoIn(state), before, "credentials survive a kill");
}

/** A learner one module short of a course's end. */
async function learnerAtTheEnd(at) {
  const demo = demoIn(state);
  const client = clientOf(demo.url);
  const { instructor, reviewer } = demo.keys;
  const course = await client.create("/lms/instructor/courses", instructor, {
    title: `Short ${at}`,
    type: "self-paced",
    level: "beginner",
    price: { amount: 0, currency: "EUR" },
  });
  const module = await client.create(`/lms/instructor/courses/${course.id}/modules`, instructor, {
    title: "The only one",
    type: "article",
    content: { html: "<p>Read me.</p>" },
    isPublished: true,
  });
  await client.post(`/lms/instructor/courses/${course.id}/submit-review`, instructor);
  await client.post(`/lms/admin/courses/${course.id}/approve`, reviewer);
  const learner = demo.learners[at];
  const enrollment = await client.create("/lms/enrollments", learner.key, { courseId: course.id });
  const complete = async () => {
    const path = `/lms/learn/${course.id}/modules/${module.id}/complete`;
    await client.post(path, learner.key);
    return enrollment;
  };
  return { client, learner, complete };
}

async function certificateComesOnce(learner, enrollment) {
  const demo = demoIn(state);
  const client = clientOf(demo.url);
  const ofEnrollment = async () => {
    const { data } = await client.get("/lms/certificates?limit=100", learner.key);
    return data.filter((one) => one.enrollmentId === enrollment.id);
  };
  const certificate = await until("The certificate's document", 30_000, async () =>
    (await ofEnrollment()).find((one) => one.documentReady),
  );
  const { url } = await client.get(`/lms/certificates/${certificate.id}/download`, learner.key);
  const { status, body } = await client.send("GET", url);
  assert.equal(status, 200);
  assert.equal(new TextDecoder("latin1").decode(body.slice(0, 5)), "%PDF-");
  // What was sent twice has time to arrive a second time.
  await pause(2_500);
  assert.equal((await ofEnrollment()).length, 1);
  const path = "/lms/admin/events?type=certificate.issued&limit=100";
  const issued = (await client.get(path, demo.keys.admin)).data;
  const ours = issued.filter((one) => one.payload.certificateId === certificate.id);
  assert.equal(ours.length, 1);
  const dead = await client.get("/lms/admin/dead-letters", demo.keys.admin);
  assert.deepEqual(dead.data, []);
}
