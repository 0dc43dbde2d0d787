import type { Context, Hono } from "hono";
import { isRefusal, refuse } from "../kernel/error.ts";
import { EVERY_ORGANIZATION, jobRuns, lastRuns } from "../kernel/job-run.ts";
import { invalid } from "../kernel/outcome.ts";
import { pageFault, pageOf } from "../kernel/page.ts";
import type { Actor } from "../kernel/permission.ts";
import { addressOf } from "./address.ts";
import { answerCommand, refusalAnswer } from "./answer.ts";
import { bodyOf, queryOf } from "./input.ts";
import { metricsText } from "./metrics.ts";
import { operatorOf } from "./operator.ts";
import { jobRunsInput, showJob, showRun } from "./ops-answers.ts";
import type { AppEnv } from "./variables.ts";

type Ctx = Context<AppEnv>;
type Answering = (c: Ctx, operator: Actor) => Promise<Response>;

const NEVER_KEPT = { "cache-control": "no-store" };

/** What spans organizations: the operator's key opens it, and nothing else does. */
export function opsRoutes(app: Hono<AppEnv>): void {
  app.get("/ops/jobs", forOperator(answerJobs));
  app.get("/ops/job-runs", forOperator(answerRuns));
  app.post("/ops/jobs/:name/run", forOperator(startJob));
  app.get("/ops/metrics", forOperator(answerMetrics));
}

const forOperator =
  (answer: Answering) =>
  async (c: Ctx): Promise<Response> => {
    const platform = c.get("platform");
    if (!(await platform.within("request", addressOf(c.req.raw)))) {
      const detail = "Too many requests; wait a little";
      return refusalAnswer(c, refuse("RATE_LIMITED", detail, { retryAfterSeconds: 10 }));
    }
    const operator = await operatorOf(c.req.raw, platform.config.OPERATOR_KEY);
    return isRefusal(operator) ? refusalAnswer(c, operator) : answer(c, operator);
  };

async function answerJobs(c: Ctx): Promise<Response> {
  const { host, registry } = c.get("platform");
  const jobs = [...registry.jobs.values()];
  const { db, batch } = host.databaseFor(EVERY_ORGANIZATION);
  const statement = lastRuns(db, jobs);
  // SAFETY: the rows of the one statement above.
  const [runs] = (await batch([statement])) as [Awaited<typeof statement>];
  const now = host.now();
  const data = jobs.map((job) =>
    showJob(
      job,
      runs.find((run) => run.job === job.name),
      now,
    ),
  );
  return c.json({ data }, 200, NEVER_KEPT);
}

async function answerRuns(c: Ctx): Promise<Response> {
  const parsed = jobRunsInput.safeParse(queryOf(c));
  if (!parsed.success) return refusalAnswer(c, invalid(parsed.error));
  const fault = pageFault(parsed.data);
  if (fault) return refusalAnswer(c, fault);
  const { db, batch } = c.get("platform").host.databaseFor(EVERY_ORGANIZATION);
  const statement = jobRuns(db, parsed.data);
  // SAFETY: the rows of the one statement above.
  const [runs] = (await batch([statement])) as [Awaited<typeof statement>];
  return c.json(
    pageOf(parsed.data, runs, (run) => [run.id], showRun),
    200,
    NEVER_KEPT,
  );
}

async function startJob(c: Ctx, operator: Actor): Promise<Response> {
  const input = await bodyOf(c);
  if ("refusal" in input) return refusalAnswer(c, input.refusal);
  const payload = { ...input.fields, name: c.req.param("name") };
  return answerCommand(c, "lms.job.run", payload, operator, undefined);
}

async function answerMetrics(c: Ctx): Promise<Response> {
  const { host, registry } = c.get("platform");
  const text = await metricsText(host, registry);
  return c.body(text, 200, {
    ...NEVER_KEPT,
    "content-type": "text/plain; version=0.0.4; charset=utf-8",
  });
}
