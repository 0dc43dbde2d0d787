import { sql } from "drizzle-orm";
import type { Registry } from "../kernel/context.ts";
import { EVERY_ORGANIZATION, type JobRunRow, lastRuns } from "../kernel/job-run.ts";
import { OVERDUE_MS } from "../kernel/outbox.ts";
import type { Host } from "../kernel/ports.ts";
import type { Db } from "../kernel/statement.ts";
import { SECOND } from "../kernel/time.ts";

/** What is counted by name is counted over the newest of the log, however long it is. */
const NEWEST_EVENTS = 1_000;

type Sample = { labels?: Record<string, string>; value: number };
type Metric = { name: string; help: string; type: "gauge" | "counter"; samples: Sample[] };

type Figures = {
  events: number | null;
  outboxLagMs: number;
  taskLagMs: number;
  tasksOverdue: number;
  deadLetters: number;
};

/** Prometheus text, format 0.0.4. */
export async function metricsText(host: Host, registry: Registry): Promise<string> {
  const { db, batch } = host.databaseFor(EVERY_ORGANIZATION);
  const now = host.now();
  const results = await batch([
    figures(db, now),
    newestByType(db),
    lastRuns(db, [...registry.jobs.values()]),
  ]);
  // SAFETY: the rows of the three statements above, in their order.
  const [[known], types, runs] = results as [
    Figures[],
    { type: string; count: number }[],
    JobRunRow[],
  ];
  if (!known) throw new Error("The figures are one row");
  return [...ofOutbox(known, types), ...ofJobs(runs)].map(written).join("");
}

const figures = (db: Db, now: number) =>
  db.all(sql`select
    (select max(seq) from domain_event_log) as events,
    (select coalesce(max(${now} - occurred_at), 0) from domain_event_log where settled_at is null)
      as outboxLagMs,
    (select coalesce(max(0, ${now} - min(next_at)), 0) from lms_tasks where state = 'ready') as taskLagMs,
    (select count(*) from lms_tasks
      where state = 'ready' and max(next_at, created_at) <= ${now - OVERDUE_MS}) as tasksOverdue,
    (select count(*) from lms_dead_letters where state = 'dead') as deadLetters`);

const newestByType = (db: Db) =>
  db.all(sql`select event_name as type, count(*) as count
    from (select event_name from domain_event_log order by seq desc limit ${NEWEST_EVENTS})
    group by event_name order by event_name`);

const gauge = (name: string, help: string, samples: Sample[]): Metric => ({
  name,
  help,
  type: "gauge",
  samples,
});

const ofOutbox = (known: Figures, types: readonly { type: string; count: number }[]): Metric[] => [
  {
    name: "lyceum_events_total",
    help: "Events in the log",
    type: "counter",
    samples: [{ value: known.events ?? 0 }],
  },
  gauge(
    "lyceum_newest_events",
    `Events by type among the newest ${NEWEST_EVENTS}`,
    types.map(({ type, count }) => ({ labels: { type }, value: count })),
  ),
  gauge("lyceum_outbox_lag_seconds", "Age of the oldest event that is not settled", [
    { value: known.outboxLagMs / SECOND },
  ]),
  gauge("lyceum_task_lag_seconds", "How long the task that is due longest has waited", [
    { value: known.taskLagMs / SECOND },
  ]),
  gauge("lyceum_tasks_overdue", "Tasks due for two minutes and not done", [
    { value: known.tasksOverdue },
  ]),
  gauge("lyceum_dead_letters", "Listeners and tasks given up", [{ value: known.deadLetters }]),
];

function ofJobs(runs: readonly JobRunRow[]): Metric[] {
  const each = (figureOf: (run: JobRunRow) => number): Sample[] =>
    runs.map((run) => ({ labels: { job: run.job }, value: figureOf(run) }));
  return [
    gauge(
      "lyceum_job_last_due_timestamp_seconds",
      "The minute that each job's last run stands for",
      each((run) => run.dueAt / SECOND),
    ),
    gauge(
      "lyceum_job_running",
      "Whether each job's last run is under way",
      each((run) => (run.finishedAt === null ? 1 : 0)),
    ),
    gauge(
      "lyceum_job_last_duration_seconds",
      "How long each job's last run took, if it is over",
      runs
        .filter((run) => run.finishedAt !== null)
        .map((run) => ({
          labels: { job: run.job },
          value: ((run.finishedAt ?? 0) - run.startedAt) / SECOND,
        })),
    ),
    gauge(
      "lyceum_job_last_processed",
      "What each job's last run has done",
      each((run) => run.processed),
    ),
    gauge(
      "lyceum_job_last_failed",
      "What each job's last run has left",
      each((run) => run.failed),
    ),
  ];
}

const written = ({ name, help, type, samples }: Metric): string =>
  [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ labels = {}, value }) => `${name}${shownLabels(labels)} ${value}`),
    "",
  ].join("\n");

function shownLabels(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
