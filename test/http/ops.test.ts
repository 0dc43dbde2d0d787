import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { documentOf } from "../../src/http/openapi.ts";
import { jobAnswer, jobRunAnswer } from "../../src/http/ops-answers.ts";
import { lms } from "../../src/lms.ts";
import { runJob } from "../harness/jobs.ts";
import { command, http, type Json, newOrganization, ok, rows } from "../harness/world.ts";

const KEY = { authorization: `Bearer ${env.OPERATOR_KEY}` };
const ROUTES = [
  ["GET", "/ops/jobs"],
  ["GET", "/ops/job-runs"],
  ["POST", "/ops/jobs/lms.retention/run"],
  ["GET", "/ops/metrics"],
] as const;

const ops = (method: string, path: string, headers: Record<string, string> = {}) =>
  http(method, path, { headers: { ...KEY, ...headers } });

/** The ten of the core, by their names. */
const TEN = [
  "lms.session-reminders-1day",
  "lms.session-reminders-30min",
  "lms.enrollment-expiry-check",
  "lms.enrollment-expiry-warning",
  "lms.assignment-due-reminders",
  "lms.learner-inactivity-nudge",
  "lms.cohort-activation",
  "lms.certificate-expiry-reminder",
];

test("the operator's key alone opens what spans organizations", async () => {
  const { admin } = await newOrganization();
  for (const [method, path] of ROUTES) {
    for (const ask of [{}, { as: admin }, { headers: { authorization: "Bearer wrong" } }]) {
      expect(await http(method, path, ask)).toMatchObject({
        status: 401,
        body: { code: "UNAUTHENTICATED" },
      });
    }
    expect((await ops(method, path)).status, path).toBeLessThan(300);
  }
});

test("every job is listed with its cron, when it is due next and how it last went", async () => {
  await runJob("lms.retention");
  const answer = await ops("GET", "/ops/jobs");
  expect(answer.trips).toBe(1);
  const { data } = ok(answer);
  for (const one of data) expect(jobAnswer.parse(one)).toEqual(one);
  const names = data.map((one: Json) => one.name);
  expect(names).toEqual([...lms.jobs.keys()]);
  expect(names).toEqual(expect.arrayContaining(TEN));
  const retention = data.find((one: Json) => one.name === "lms.retention");
  expect(retention.lastRun).toMatchObject({ job: "lms.retention", failed: 0 });
  expect(Date.parse(retention.nextDueAt)).toBeGreaterThan(Date.now());
});

test("a job that the operator starts runs beside its schedule, as a run and a task of no organization", async () => {
  const answer = await ops("POST", "/ops/jobs/lms.cohort-activation/run");
  expect(answer).toMatchObject({ status: 202, trips: 2, body: { job: "lms.cohort-activation" } });
  const { id } = answer.body;
  const [run] = await rows("SELECT origin FROM lms_job_runs WHERE id = ?1", id);
  expect(run).toEqual({ origin: "operator" });
  const tasks = await rows("SELECT organization_id, kind FROM lms_tasks WHERE subject = ?1", id);
  expect(tasks).toEqual([{ organization_id: "*", kind: "lms.cohort-activation" }]);
});

test("a start that is repeated under its key starts one run", async () => {
  const headers = { "idempotency-key": crypto.randomUUID() };
  const first = await ops("POST", "/ops/jobs/lms.retention/run", headers);
  const again = await ops("POST", "/ops/jobs/lms.retention/run", headers);
  expect(again.body.id).toBe(first.body.id);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
});

test("a job that there is not, is not found; and nobody starts one by the command's name", async () => {
  expect(await ops("POST", "/ops/jobs/lms.nothing/run")).toMatchObject({ status: 404 });
  const { admin, orgAdmin, instructor, learner } = await newOrganization();
  for (const as of [admin, orgAdmin, instructor, learner]) {
    for (const name of ["lms.retention", "lms.nothing"]) {
      const refused = await command("lms.job.run", { name }, as);
      expect(refused).toMatchObject({
        status: 403,
        body: { detail: "Permission denied: job:run" },
      });
    }
  }
});

test("runs come by pages, the newest first, of one job or of all", async () => {
  for (let count = 0; count < 5; count++) await runJob("lms.learner-inactivity-nudge");
  await runJob("lms.retention");
  const seen: Json[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const query = `limit=2&job=lms.learner-inactivity-nudge${cursor && `&cursor=${cursor}`}`;
    const answer = await ops("GET", `/ops/job-runs?${query}`);
    expect(answer.trips).toBe(1);
    seen.push(...ok(answer).data);
    cursor = answer.body.nextCursor;
  }
  for (const one of seen) expect(jobRunAnswer.parse(one)).toEqual(one);
  const ids = seen.map((one) => one.id);
  expect(ids).toEqual(ids.toSorted().toReversed());
  expect(new Set(seen.map((one) => one.job))).toEqual(new Set(["lms.learner-inactivity-nudge"]));
  expect(seen.length).toBeGreaterThanOrEqual(5);
  expect(await ops("GET", "/ops/job-runs?limit=0")).toMatchObject({ status: 400 });
});

test("metrics are Prometheus text of lags, dead letters, events and job runs, in one trip", async () => {
  await runJob("lms.retention");
  const answer = await ops("GET", "/ops/metrics");
  expect(answer.trips).toBe(1);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = String(answer.body.text).trimEnd().split("\n");
  for (const line of lines) {
    expect(line).toMatch(
      /^(# (HELP|TYPE) lyceum_\w+ .+|lyceum_\w+(\{\w+="[^"]*"\})? -?[\d.e+-]+)$/,
    );
  }
  for (const name of [
    "lyceum_events_total",
    "lyceum_outbox_lag_seconds",
    "lyceum_task_lag_seconds",
    "lyceum_tasks_overdue",
    "lyceum_dead_letters",
    'lyceum_job_last_processed{job="lms.retention"}',
  ]) {
    expect(
      lines.some((line) => line.startsWith(`${name} `)),
      name,
    ).toBe(true);
  }
});

test("the document tells of each of the operator's routes", () => {
  const { paths } = documentOf(lms);
  for (const path of ["/ops/jobs", "/ops/job-runs", "/ops/jobs/{name}/run", "/ops/metrics"]) {
    const [operation] = Object.values(paths[path] ?? {});
    expect(operation?.security, path).toEqual([{ operator: [] }]);
  }
});
