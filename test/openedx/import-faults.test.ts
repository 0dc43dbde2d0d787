import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import type { InstanceScript } from "../harness/open-edx.ts";
import { http, type Json, ok, rows } from "../harness/world.ts";
import { published, publishing } from "./publishing.ts";

beforeEach(() => {
  clock.now = () => Date.now();
});

const HTML = { type: "text/html", body: "<html><title>Bad gateway</title></html>" };
const busy = (on: "details" | "import" | "status" | "page", times: number) =>
  ({ on, times, status: 503, ...HTML }) as const;

type Expected = {
  job: Json;
  message?: RegExp;
  /** Bundles that arrived, and requests that tried to bring one. */
  uploads: number;
  tries: number;
};
const ok1: Expected = { job: { status: "succeeded", errorCode: null }, uploads: 1, tries: 1 };

test.each<[string, InstanceScript, Json, Expected]>([
  [
    "a token refused at Studio is renewed once",
    { faults: [{ on: "details", times: 1, status: 401 }] },
    {},
    ok1,
  ],
  [
    "a token refused at the upload is renewed, and nothing goes up twice",
    { faults: [{ on: "import", times: 1, status: 401 }] },
    {},
    { ...ok1, tries: 2 },
  ],
  [
    "a token refused for good ends the job",
    { faults: [{ on: "details", times: 9, status: 401 }] },
    {},
    {
      job: { status: "failed", errorCode: "AUTH_ERROR" },
      message: /JWT settings/,
      uploads: 0,
      tries: 0,
    },
  ],
  [
    "wrong credentials end the job",
    { clientSecret: "another" },
    {},
    {
      job: { status: "failed", errorCode: "INVALID_CREDENTIALS" },
      message: /client id/,
      uploads: 0,
      tries: 0,
    },
  ],
  [
    "a limited token view is asked again after a minute",
    { faults: [{ on: "token", times: 1, status: 403, ...HTML }] },
    {},
    ok1,
  ],
  [
    "a user that may not create the course is told what to do",
    { staff: false },
    {},
    {
      job: { status: "failed", errorCode: "INSUFFICIENT_ROLE" },
      message: /staff/,
      uploads: 0,
      tries: 0,
    },
  ],
  [
    "a course that is not there is not made where that is not wished",
    {},
    { autoCreateCourse: false },
    {
      job: { status: "failed", errorCode: "IMPORT_REJECTED" },
      message: /autoCreateCourse/,
      uploads: 0,
      tries: 0,
    },
  ],
  [
    "a 403 at the upload is never tried again",
    {
      faults: [{ on: "import", times: 9, status: 403, body: '{"developer_message":"No rights"}' }],
    },
    {},
    {
      job: { status: "failed", errorCode: "PERMISSION_ERROR" },
      message: /No rights/,
      uploads: 0,
      tries: 1,
    },
  ],
  [
    "a proxy that takes no file so large is named",
    { faults: [{ on: "import", times: 9, status: 413, ...HTML }] },
    {},
    {
      job: { status: "failed", errorCode: "IMPORT_REJECTED" },
      message: /250 MB/,
      uploads: 0,
      tries: 1,
    },
  ],
  [
    "two faults with a message, then success",
    { faults: [busy("import", 2)] },
    {},
    { ...ok1, tries: 3 },
  ],
  [
    "faults without an end stop after max_retries",
    { faults: [busy("import", 99)] },
    { maxRetries: 2 },
    {
      job: { status: "failed", errorCode: "NETWORK_ERROR" },
      message: /503.*Bad gateway/,
      uploads: 0,
      tries: 3,
    },
  ],
  [
    "a 500 without a word is our own request's fault, and never tried again",
    {
      faults: [
        {
          on: "import",
          times: 9,
          status: 500,
          body: '{"developer_message":"","error_code":"internal_error"}',
        },
      ],
    },
    {},
    { job: { status: "failed", errorCode: "IMPORT_ERROR" }, uploads: 0, tries: 1 },
  ],
  [
    "a connection cut in mid-upload is looked for, then goes up once more",
    { faults: [{ on: "import", times: 1, cut: "midway" }] },
    {},
    { ...ok1, tries: 2 },
  ],
  [
    "a connection cut in mid-upload twice ends the job",
    { faults: [{ on: "import", times: 2, cut: "midway" }] },
    {},
    {
      job: { status: "failed", errorCode: "NETWORK_ERROR" },
      message: /twice/,
      uploads: 0,
      tries: 2,
    },
  ],
  [
    "a lost reply is found in the task list, and followed there",
    { faults: [{ on: "import", times: 1, cut: "reply" }] },
    {},
    ok1,
  ],
  [
    "a lost reply is found though the task list fails at first",
    {
      faults: [
        { on: "import", times: 1, cut: "reply" },
        { on: "tasks", times: 2, status: 500, body: "x" },
      ],
    },
    {},
    ok1,
  ],
  [
    "a failed import says why",
    {
      states: ["In Progress", "Failed"],
      artifacts: [{ name: "Error", text: "Unknown error while importing course." }],
    },
    {},
    {
      job: { status: "failed", errorCode: "IMPORT_ERROR", errorDetails: { said: "Failed" } },
      message: /Unknown error while importing/,
      uploads: 1,
      tries: 1,
    },
  ],
  [
    "a failed validation there lists its errors",
    {
      states: ["Failed"],
      artifacts: [
        {
          name: "OLX_VALIDATION_ERROR",
          text: '{"summary":"","errors":["DuplicateURLName x"],"warnings":[]}',
        },
      ],
    },
    {},
    {
      job: { status: "failed", errorCode: "IMPORT_ERROR" },
      message: /DuplicateURLName x/,
      uploads: 1,
      tries: 1,
    },
  ],
  [
    "a cancelled import is a failed one",
    { states: ["Canceled"] },
    {},
    {
      job: { status: "failed", errorCode: "IMPORT_ERROR" },
      message: /Canceled/,
      uploads: 1,
      tries: 1,
    },
  ],
  [
    "an import that never ends ends by its deadline",
    { states: ["Pending"] },
    { importTimeoutSeconds: 120 },
    {
      job: { status: "failed", errorCode: "IMPORT_TIMEOUT", progressPercent: 45 },
      message: /120 s.*Pending.*worker/,
      uploads: 1,
      tries: 1,
    },
  ],
  [
    "a slow import is waited for, whatever its states are called",
    { states: [...Array(15).fill("Reticulating"), "Succeeded"] },
    {},
    ok1,
  ],
  ["a status that fails twice is asked again", { faults: [busy("status", 2)] }, {}, ok1],
  ["a course page that fails at first is asked again", { faults: [busy("page", 2)] }, {}, ok1],
  [
    "an instance that moved is not followed",
    { faults: [{ on: "details", times: 9, status: 302, location: "https://new.test/" }] },
    {},
    {
      job: { status: "failed", errorCode: "NETWORK_ERROR" },
      message: /https:\/\/new\.test/,
      uploads: 0,
      tries: 0,
    },
  ],
])("%s", async (_what, script, connection, expected) => {
  const scene = await publishing({ script, connection });
  const job = await published(scene);
  const { uploads, requests } = await scene.instance.seen();
  expect(job).toMatchObject(expected.job);
  if (expected.message) expect(job.errorMessage).toMatch(expected.message);
  expect(uploads).toHaveLength(expected.uploads);
  expect(requests.filter(({ on }) => on === "import")).toHaveLength(expected.tries);
  expect(requests.filter(({ on }) => on === "unknown")).toEqual([]);
  const links = job.status === "succeeded" ? expect.stringContaining(job.edxCourseKey) : null;
  expect(job).toMatchObject({ courseUrl: links, studioUrl: links });
  const [letters] = await rows<{ n: number }>(
    "SELECT count(*) AS n FROM lms_dead_letters WHERE organization_id = ?",
    scene.world.orgId,
  );
  expect(letters?.n).toBe(0);
});

test("a start that the instance forgot is no success", async () => {
  const scene = await publishing({ script: { forgetsPolicy: true } });
  const key = `course-v1:MegaCampus+${scene.course.slug}+self_paced`;
  await scene.instance.set({
    courses: { [key]: { title: "Old title", start: "2030-01-01T00:00:00Z" } },
  });
  const job = await published(scene);
  expect(job).toMatchObject({ status: "failed", errorCode: "IMPORT_ERROR", courseUrl: null });
  expect(job.errorMessage).toMatch(/Old title/);
});

describe("a Worker that dies", () => {
  const COMMIT = /^update "lms_tasks" set (?!"lease")/;
  const STEPS = 10;

  test.each(Array.from({ length: STEPS }, (_, at) => at))(
    "after the effect of step %i and before its commit carries on, and the bundle arrives once",
    async (at) => {
      const fault = { on: COMMIT, moment: "before" as const, times: 0 };
      const scene = await publishing({ faults: [fault] });
      const { jobId } = ok(await scene.publish());
      for (let step = 0; step < at; step++) await scene.oneStep();
      // The step's own commit and the note of its failure: nothing of this run is left.
      fault.times = 2;
      await scene.oneStep();
      expect(fault.times).toBe(0);
      await scene.run();
      expect(await scene.job(jobId)).toMatchObject({ status: "succeeded", progressPercent: 100 });
      expect((await scene.instance.seen()).uploads).toHaveLength(1);
    },
  );

  test.each(Array.from({ length: STEPS }, (_, at) => at))(
    "after the commit of step %i, its answer lost, carries on, and the bundle arrives once",
    async (at) => {
      const fault = { on: COMMIT, moment: "after" as const, times: 0 };
      const scene = await publishing({ faults: [fault] });
      const { jobId } = ok(await scene.publish());
      for (let step = 0; step < at; step++) await scene.oneStep();
      fault.times = 1;
      await scene.oneStep();
      fault.times = 0;
      await scene.run();
      expect(await scene.job(jobId)).toMatchObject({ status: "succeeded", progressPercent: 100 });
      expect((await scene.instance.seen()).uploads).toHaveLength(1);
    },
  );

  test("again and again ends in a dead letter and a failed job with its event, and the course is free", async () => {
    const scene = await publishing({
      faults: [{ on: /into "lms_guard"/, moment: "before", times: 0 }],
    });
    const { jobId } = ok(await scene.publish());
    const row = await scene.task();
    await scene.worker.consume("lms-jobs-dead", [
      { id: String(row?.id), orgId: scene.world.orgId, queue: "jobs" },
    ]);
    expect(await scene.job(jobId)).toMatchObject({ status: "failed", errorCode: "IMPORT_ERROR" });
    expect(await scene.told(jobId)).toEqual(["openedx.import-started", "openedx.import-completed"]);
    ok(await scene.publish());
  });
});

describe("an instance that fails five times in a row", () => {
  test("is left alone for a minute by every job, then asked again", async () => {
    const scene = await publishing({ script: { faults: [busy("details", 4)] } });
    expect(await published(scene)).toMatchObject({ errorCode: "NETWORK_ERROR" });
    await scene.instance.set({ faults: [busy("details", 1)] });
    const { jobId } = ok(await scene.publish());
    await scene.oneStep();
    await scene.oneStep();
    const [circuit] = await rows<{ faults_in_row: number; open_until: number }>(
      "SELECT faults_in_row, open_until FROM lms_configurations WHERE id = ?",
      scene.configurationId,
    );
    expect(circuit?.faults_in_row).toBe(5);
    const openMs = (circuit?.open_until ?? 0) - clock.now();
    expect(openMs).toBeGreaterThan(55_000);
    expect(openMs).toBeLessThanOrEqual(60_000);
    const before = (await scene.instance.seen()).requests.length;
    await scene.oneStep();
    expect((await scene.instance.seen()).requests).toHaveLength(before);
    const asked = await http(
      "GET",
      `/lms/openedx/courses/${scene.course.id}/status?configurationId=${scene.configurationId}`,
      { as: scene.world.instructor },
    );
    expect(asked).toMatchObject({ status: 502, body: { code: "NETWORK_ERROR" } });
    expect(Number(asked.headers.get("retry-after"))).toBeGreaterThan(0);
    await scene.run();
    expect(await scene.job(jobId)).toMatchObject({ status: "succeeded" });
    expect(
      await rows(
        "SELECT faults_in_row, open_until FROM lms_configurations WHERE id = ?",
        scene.configurationId,
      ),
    ).toEqual([{ faults_in_row: 0, open_until: null }]);
  });
});
