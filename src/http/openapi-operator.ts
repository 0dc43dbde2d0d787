import * as z from "zod";
import { jobRun } from "../events/commands/job-run.ts";
import { pageOutput } from "../kernel/page.ts";
import type { ExtraRoute } from "./openapi-extra.ts";
import { jobAnswer, jobRunAnswer, jobRunsInput } from "./ops-answers.ts";

/** What spans organizations, under the operator's key. */
export const OPERATOR_ROUTES: readonly ExtraRoute[] = [
  {
    method: "GET",
    path: "/ops/jobs",
    operationId: "ops.jobs",
    tag: "operations",
    summary: "Scheduled jobs, when each is due next and how it last went",
    security: "operator",
    answer: { type: "application/json", schema: z.object({ data: z.array(jobAnswer) }) },
    refuses: ["UNAUTHENTICATED"],
  },
  {
    method: "GET",
    path: "/ops/job-runs",
    operationId: "ops.jobRuns",
    tag: "operations",
    summary: "Runs of scheduled jobs, the newest first",
    security: "operator",
    input: jobRunsInput,
    answer: { type: "application/json", schema: pageOutput(jobRunAnswer) },
    refuses: ["UNAUTHENTICATED", "VALIDATION_FAILED"],
  },
  {
    method: "POST",
    path: "/ops/jobs/:name/run",
    operationId: "ops.jobs.run",
    tag: "operations",
    summary: "Start a scheduled job now",
    description: "It runs beside its schedule and repeats nothing that was done.",
    security: "operator",
    status: 202,
    answer: { type: "application/json", schema: jobRun.output },
    refuses: ["UNAUTHENTICATED", "NOT_FOUND", "VALIDATION_FAILED", "CONFLICT"],
  },
  {
    method: "GET",
    path: "/ops/metrics",
    operationId: "ops.metrics",
    tag: "operations",
    summary: "Lags, dead letters, events and job runs as Prometheus text",
    security: "operator",
    answer: { type: "text/plain" },
    refuses: ["UNAUTHENTICATED"],
  },
];
