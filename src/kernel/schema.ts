import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/** Outbox and audit log in one: append-only but for the stamps of its delivery. */
export const domainEventLog = sqliteTable(
  "domain_event_log",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    eventId: text("event_id").notNull().unique(),
    eventName: text("event_name").notNull(),
    version: integer("version").notNull(),
    kind: text("kind", { enum: ["domain", "integration"] }).notNull(),
    aggregateType: text("aggregate_type").notNull(),
    aggregateId: text("aggregate_id").notNull(),
    aggregateVersion: integer("aggregate_version"),
    organizationId: text("organization_id").notNull(),
    actorType: text("actor_type", { enum: ["human", "system", "api_key", "public"] }).notNull(),
    actorId: text("actor_id").notNull(),
    correlationId: text("correlation_id").notNull(),
    causationId: text("causation_id"),
    payload: text("payload").notNull(),
    metadata: text("metadata").notNull(),
    occurredAt: integer("occurred_at").notNull(),
    settledAt: integer("settled_at"),
    relayedAt: integer("relayed_at"),
  },
  (table) => [
    unique("domain_event_log_aggregate").on(
      table.aggregateType,
      table.aggregateId,
      table.aggregateVersion,
    ),
    index("domain_event_log_by_organization").on(table.organizationId, table.seq),
    index("domain_event_log_by_name").on(table.organizationId, table.eventName, table.seq),
    index("domain_event_log_by_actor").on(table.organizationId, table.actorId, table.seq),
    index("domain_event_log_by_correlation").on(
      table.organizationId,
      table.correlationId,
      table.seq,
    ),
    index("domain_event_log_unsettled").on(table.occurredAt).where(sql`settled_at IS NULL`),
    check("domain_event_log_payload", sql`json_valid(payload) AND length(payload) <= 65536`),
  ],
);

/** A listener's receipt for an event, written with its effects. */
export const eventDeliveries = sqliteTable(
  "event_deliveries",
  {
    eventId: text("event_id").notNull(),
    listener: text("listener").notNull(),
    code: text("code").notNull(),
    doneAt: integer("done_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.listener] })],
);

export const lmsTasks = sqliteTable(
  "lms_tasks",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    state: text("state", { enum: ["ready", "done", "dead"] }).notNull(),
    step: text("step").notNull(),
    payload: text("payload").notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAt: integer("next_at").notNull(),
    lease: text("lease"),
    leasedUntil: integer("leased_until"),
    relayedAt: integer("relayed_at"),
    error: text("error"),
    correlationId: text("correlation_id").notNull(),
    causationId: text("causation_id"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("lms_tasks_ready").on(table.nextAt).where(sql`state = 'ready'`),
    index("lms_tasks_done").on(table.updatedAt).where(sql`state = 'done'`),
    index("lms_tasks_by_subject").on(table.organizationId, table.kind, table.subject),
    check("lms_tasks_state", sql`state IN ('ready', 'done', 'dead')`),
  ],
);

export const lmsDeadLetters = sqliteTable(
  "lms_dead_letters",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    eventId: text("event_id"),
    listener: text("listener"),
    taskId: text("task_id"),
    state: text("state", { enum: ["failing", "dead", "retried"] }).notNull(),
    attempts: integer("attempts").notNull(),
    error: text("error").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("lms_dead_letters_listener").on(table.eventId, table.listener),
    uniqueIndex("lms_dead_letters_task").on(table.taskId),
    index("lms_dead_letters_by_state").on(table.organizationId, table.state, table.id),
    check("lms_dead_letters_state", sql`state IN ('failing', 'dead', 'retried')`),
  ],
);

/** The answer to a command that came with an Idempotency-Key, stored in the command's own batch. */
export const lmsIdempotency = sqliteTable(
  "lms_idempotency",
  {
    organizationId: text("organization_id").notNull(),
    actorId: text("actor_id").notNull(),
    command: text("command").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    status: integer("status").notNull(),
    answer: text("answer").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.actorId, table.command, table.key] }),
    index("lms_idempotency_by_age").on(table.createdAt),
  ],
);

/** A run of a scheduled job, written in the batch that writes its task. */
export const lmsJobRuns = sqliteTable(
  "lms_job_runs",
  {
    id: text("id").primaryKey(),
    job: text("job").notNull(),
    dueAt: integer("due_at").notNull(),
    origin: text("origin", { enum: ["schedule", "operator"] }).notNull(),
    startedAt: integer("started_at").notNull(),
    finishedAt: integer("finished_at"),
    processed: integer("processed").notNull(),
    failed: integer("failed").notNull(),
  },
  (table) => [
    uniqueIndex("lms_job_runs_due").on(table.job, table.dueAt),
    index("lms_job_runs_by_job").on(table.job, table.id),
    index("lms_job_runs_by_age").on(table.startedAt),
    check("lms_job_runs_origin", sql`origin IN ('schedule', 'operator')`),
  ],
);
