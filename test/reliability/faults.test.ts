import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { lms } from "../../src/lms.ts";
import { publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { said } from "../harness/refusals.ts";
import {
  advance,
  drain,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  race,
  rows,
} from "../harness/world.ts";
import { type Fault, faultyWorker, minutely } from "./worker.ts";

const MINUTE = 60_000;
const LOG = /insert into "domain_event_log"/;
const CERTIFICATE = /insert into "lms_certificates"/;

beforeEach(() => {
  clock.now = () => Date.now();
});

/** A learner one request short of the certificate; what that sets off goes where the test says. */
async function almostDone(ask: Parameters<typeof faultyWorker>[0] = {}) {
  const world = await newOrganization();
  const { course, modules } = await publishedCourse(world, { modules: [{ title: "Only" }] });
  const { id } = ok(
    await http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
  );
  await drain(world.orgId);
  const worker = faultyWorker(ask);
  const path = `/lms/learn/${course.id}/modules/${modules[0]?.id}/complete`;
  return {
    world,
    worker,
    enrollmentId: id as string,
    courseId: course.id as string,
    complete: () => worker.http("POST", path, { as: world.learner }),
  };
}
type Scene = Awaited<ReturnType<typeof almostDone>>;

/** Completed, with its events in the test's hand instead of the queue's. */
async function completed(ask: Parameters<typeof faultyWorker>[0] = {}) {
  const scene = await almostDone(ask);
  ok(await scene.complete());
  return scene;
}

/** Issued too: the render task is due, and in the test's hand. */
async function issued(ask: Parameters<typeof faultyWorker>[0] = {}) {
  const scene = await completed(ask);
  await scene.worker.consume("lms-events", scene.worker.events.splice(0));
  await scene.worker.consume("lms-events", scene.worker.events.splice(0));
  const [ref] = scene.worker.tasks;
  if (!ref) throw new Error("No task was sent");
  return { ...scene, ref };
}

async function expectOneCertificate({ world, enrollmentId }: Scene): Promise<void> {
  await drain(world.orgId);
  const certificates = await rows(
    "SELECT id, document_key FROM lms_certificates WHERE enrollment_id = ?",
    enrollmentId,
  );
  expect(certificates).toHaveLength(1);
  expect(await env.FILES.head(certificates[0]?.document_key)).not.toBeNull();
  const told = (await eventsOf(world.orgId)).map((one) => one.name);
  expect(told.filter((one) => one === "enrollment.completed")).toHaveLength(1);
  expect(told.filter((one) => one === "certificate.issued")).toHaveLength(1);
  const tasks = await rows(
    "SELECT state FROM lms_tasks WHERE organization_id = ? AND kind = 'certification.render'",
    world.orgId,
  );
  expect(tasks).toEqual([{ state: "done" }]);
  expect(
    await rows("SELECT id FROM lms_dead_letters WHERE organization_id = ?", world.orgId),
  ).toEqual([]);
  await assertLogAgrees(world.orgId);
}

describe("D1 that fails", () => {
  test.each([
    ["D1_ERROR: Network connection lost.", 500, "INTERNAL"],
    ["D1_ERROR: D1 DB is overloaded. Too many requests queued.", 503, "OVERLOADED"],
  ])(
    "before the commit with “%s” has written nothing, and the client is told",
    async (error, status, code) => {
      const fault: Fault = { on: LOG, moment: "before", times: 1, error };
      const { world, complete, enrollmentId, worker } = await almostDone({ faults: [fault] });
      const before = await eventsOf(world.orgId);
      const answer = await complete();
      expect(said(answer)).toMatchObject({ status, code });
      expect(JSON.stringify(answer.body)).not.toContain("D1");
      expect(fault.times).toBe(0);
      expect(await eventsOf(world.orgId)).toEqual(before);
      expect(
        await rows("SELECT id FROM lms_module_progress WHERE enrollment_id = ?", enrollmentId),
      ).toEqual([]);
      expect(worker.events).toEqual([]);
      await assertLogAgrees(world.orgId);
      expect(ok(await complete())).toMatchObject({ enrollmentStatus: "completed" });
    },
  );

  test("to read because it is busy says so, to a command and a query, and when to try again", async () => {
    const error = "D1_ERROR: D1 DB is overloaded. Requests queued for too long.";
    const fault: Fault = { on: /from "lms_enrollments"/, moment: "before", times: 0, error };
    const { world, complete, worker } = await almostDone({ faults: [fault] });
    const list = () => worker.http("GET", "/lms/enrollments", { as: world.learner });
    for (const ask of [complete, list]) {
      fault.times = 1;
      const answer = await ask();
      expect(said(answer)).toMatchObject({ status: 503, code: "OVERLOADED" });
      expect(answer.headers.get("retry-after")).toBe("2");
      expect((await ask()).status).toBe(200);
    }
  });

  test("after the commit is a success all the same, once, and its events go out", async () => {
    const fault: Fault = { on: LOG, moment: "after", times: 1 };
    const scene = await almostDone({ faults: [fault] });
    expect(ok(await scene.complete())).toMatchObject({ enrollmentStatus: "completed" });
    expect(fault.times).toBe(0);
    expect(scene.worker.events.map((one) => one.type)).toContain("enrollment.completed");
    await env.EVENTS.sendBatch(scene.worker.events.map((body) => ({ body, contentType: "json" })));
    await expectOneCertificate(scene);
  });

  test("after the commit of a keyed request gives the same answer to the next try", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const worker = faultyWorker({ faults: [{ on: LOG, moment: "after", times: 1 }] });
    const ask = { as: world.learner, body: { courseId: course.id }, key: "once" };
    const first = ok(await worker.http("POST", "/lms/enrollments", ask));
    const again = await worker.http("POST", "/lms/enrollments", ask);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.body).toEqual(first);
    await assertLogAgrees(world.orgId);
  });
});

describe("a queue that", () => {
  test("is not to be reached leaves the answer a success, and the relay brings the events after two minutes", async () => {
    const scene = await completed({ queuesDown: true });
    const unsettled = () =>
      rows(
        "SELECT seq FROM domain_event_log WHERE organization_id = ? AND settled_at IS NULL",
        scene.world.orgId,
      );
    const waiting = await unsettled();
    expect(waiting.length).toBeGreaterThan(0);
    await minutely();
    expect(await unsettled()).toEqual(waiting);
    advance(2 * MINUTE + 1);
    await minutely();
    await expectOneCertificate(scene);
  });

  test("forgets is asked again once in ten minutes, not every minute", async () => {
    const scene = await completed();
    advance(3 * MINUTE);
    const relayedAt = () =>
      rows(
        "SELECT relayed_at FROM domain_event_log WHERE organization_id = ? AND event_name = 'enrollment.completed'",
        scene.world.orgId,
      );
    await minutely();
    const first = await relayedAt();
    expect(first).toEqual([{ relayed_at: expect.any(Number) }]);
    await env.DB.prepare("UPDATE domain_event_log SET settled_at = NULL WHERE organization_id = ?")
      .bind(scene.world.orgId)
      .run();
    advance(MINUTE);
    await minutely();
    expect(await relayedAt()).toEqual(first);
    advance(10 * MINUTE);
    await minutely();
    expect(await relayedAt()).not.toEqual(first);
    await expectOneCertificate(scene);
  });

  test("delivers twice, in one batch, one after another and at once, has one effect", async () => {
    const scene = await completed();
    const { worker } = scene;
    const events = [...worker.events];
    await worker.consume("lms-events", [...events, ...events]);
    await Promise.all([1, 2, 3, 4].map(() => worker.consume("lms-events", events)));
    await worker.consume("lms-events", events);
    const second = worker.events.slice(events.length);
    expect(second.map((one) => one.type)).toEqual(["certificate.issued"]);
    await Promise.all([1, 2, 3].map(() => worker.consume("lms-events", [...second, ...second])));
    expect(worker.tasks).toHaveLength(1);
    await Promise.all(
      [1, 2, 3].map(() => worker.consume("lms-jobs", [...worker.tasks, ...worker.tasks])),
    );
    expect(worker.puts).toHaveLength(1);
    await expectOneCertificate(scene);
  });
});

describe("a consumer that dies", () => {
  test("between a listener's effect and its ack is redelivered without a second effect", async () => {
    const fault: Fault = {
      on: /update domain_event_log set settled_at/,
      moment: "after",
      times: 3,
    };
    const scene = await completed({ faults: [fault] });
    const events = scene.worker.events.splice(0);
    const first = await scene.worker.consume("lms-events", events);
    expect(first).toHaveProperty("died");
    while (fault.times > 0) await scene.worker.consume("lms-events", events);
    await scene.worker.consume("lms-events", events);
    advance(3 * MINUTE);
    await minutely();
    await expectOneCertificate(scene);
  });

  test("before its effect is redelivered, and has it then", async () => {
    const scene = await completed({
      faults: [{ on: /into "event_deliveries"/, moment: "before", times: 2 }],
    });
    const events = scene.worker.events.splice(0);
    for (let tries = 0; tries < 4; tries++) await scene.worker.consume("lms-events", events);
    advance(3 * MINUTE);
    await minutely();
    await expectOneCertificate(scene);
  });
});

describe("a listener that", () => {
  test("fails twice then works has its effect once, and leaves no failure behind", async () => {
    const scene = await completed({ faults: [{ on: CERTIFICATE, moment: "before", times: 2 }] });
    const { worker, world } = scene;
    const events = worker.events.splice(0);
    for (const attempts of [1, 2]) {
      const result = await worker.consume("lms-events", events);
      expect(result).toMatchObject({ retryMessages: [{ msgId: expect.any(String) }] });
      expect(
        await rows(
          "SELECT listener, state, attempts FROM lms_dead_letters WHERE organization_id = ?",
          world.orgId,
        ),
      ).toEqual([{ listener: "certification.issue", state: "failing", attempts }]);
    }
    expect(await worker.consume("lms-events", events)).toMatchObject({ retryMessages: [] });
    expect(
      await rows("SELECT id FROM lms_dead_letters WHERE organization_id = ?", world.orgId),
    ).toEqual([]);
    await env.EVENTS.sendBatch(worker.events.map((body) => ({ body, contentType: "json" })));
    await expectOneCertificate(scene);
  });

  test("fails five times is a dead letter; an admin's retry has its effect once", async () => {
    const scene = await completed({ faults: [{ on: CERTIFICATE, moment: "before", times: 5 }] });
    const { worker, world } = scene;
    const events = worker.events.splice(0);
    for (let tries = 1; tries <= 5; tries++) {
      const { retryMessages } = (await worker.consume("lms-events", events)) as {
        retryMessages: unknown[];
      };
      expect(retryMessages).toHaveLength(tries < 5 ? 1 : 0);
    }
    await drain(world.orgId);
    const { data } = ok(await http("GET", "/lms/admin/dead-letters", { as: world.admin }));
    expect(data).toMatchObject([
      { state: "dead", attempts: 5, event: { listener: "certification.issue" } },
    ]);
    const answers = await race(5, () =>
      http("POST", `/lms/admin/dead-letters/${data[0].id}/retry`, { as: world.admin }),
    );
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
    await expect
      .poll(() => rows("SELECT id FROM lms_dead_letters WHERE organization_id = ?", world.orgId), {
        timeout: 8_000,
      })
      .toEqual([]);
    await expectOneCertificate(scene);
  });

  test("kills every Worker is dead by the queue's own dead-letter queue, and settled", async () => {
    const { worker, world } = await completed();
    const events = worker.events.splice(0);
    const heard = events.flatMap(({ type }) =>
      lms.listenersOf(type).map(({ name }) => `dead ${type} ${name}`),
    );
    expect(heard).toContain("dead enrollment.completed certification.issue");
    await worker.consume("lms-events-dead", events);
    await drain(world.orgId);
    const { data } = ok(await http("GET", "/lms/admin/dead-letters", { as: world.admin }));
    const dead = data.map((one: Json) => `${one.state} ${one.event.type} ${one.event.listener}`);
    expect(dead.toSorted()).toEqual(heard.toSorted());
  });
});

describe("a task's step", () => {
  const COMMIT = /update "lms_tasks" set "state"/;

  test("whose Worker dies after the effect and before its commit runs again under the same key", async () => {
    const scene = await issued({
      faults: [{ on: /^update "lms_tasks" set (?!"lease")/, moment: "before", times: 2 }],
    });
    const { worker, ref } = scene;
    expect(await worker.consume("lms-jobs", [ref])).toHaveProperty("died");
    expect(worker.puts).toHaveLength(1);
    expect(await worker.consume("lms-jobs", [ref])).toMatchObject({ explicitAcks: ["0"] });
    expect(worker.puts).toHaveLength(1);
    advance(5 * MINUTE);
    await minutely();
    await expectOneCertificate(scene);
    const { objects } = await env.FILES.list({ prefix: scene.world.orgId });
    expect(objects.map((one) => one.key)).toEqual([worker.puts[0]]);
  });

  test("that was committed though the answer was lost is not done again", async () => {
    const scene = await issued({ faults: [{ on: COMMIT, moment: "after", times: 1 }] });
    await scene.worker.consume("lms-jobs", [scene.ref]);
    await scene.worker.consume("lms-jobs", [scene.ref]);
    expect(scene.worker.puts).toHaveLength(1);
    // What the step wanted next was never sent: the relay brings it.
    advance(5 * MINUTE);
    await minutely();
    await expectOneCertificate(scene);
  });

  test("that another Worker holds the lease of is left alone", async () => {
    const scene = await issued();
    const { worker, ref } = scene;
    const gate = Promise.withResolvers<void>();
    worker.gates.push(gate.promise);
    const first = worker.consume("lms-jobs", [ref]);
    await expect.poll(() => worker.puts.length, { timeout: 8_000 }).toBe(1);
    expect(await worker.consume("lms-jobs", [ref])).toMatchObject({ explicitAcks: ["0"] });
    expect(worker.puts).toHaveLength(1);
    gate.resolve();
    await first;
    await expectOneCertificate(scene);
  });

  test("whose lease has lapsed is another's: the first comes too late to commit", async () => {
    const scene = await issued();
    const { worker, ref } = scene;
    const gate = Promise.withResolvers<void>();
    worker.gates.push(gate.promise);
    const first = worker.consume("lms-jobs", [ref]);
    await expect.poll(() => worker.puts.length, { timeout: 8_000 }).toBe(1);
    advance(10 * MINUTE);
    expect(await worker.consume("lms-jobs", [ref])).toMatchObject({ explicitAcks: ["0"] });
    const row = () => rows("SELECT * FROM lms_tasks WHERE id = ?", ref.id);
    const done = await row();
    expect(done).toMatchObject([{ state: "done", attempts: 0, error: null, lease: null }]);
    advance(MINUTE);
    gate.resolve();
    expect(await first).toMatchObject({ explicitAcks: ["0"] });
    expect(await row()).toEqual(done);
    expect(new Set(worker.puts).size).toBe(1);
    await expectOneCertificate(scene);
  });
});
