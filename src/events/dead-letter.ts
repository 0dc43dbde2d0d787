import { and, eq, getTableColumns, sql } from "drizzle-orm";
import * as z from "zod";
import { domainEventLog, lmsDeadLetters, lmsTasks } from "../kernel/schema.ts";
import type { Db, RowOf } from "../kernel/statement.ts";
import { iso, shownInstant } from "../kernel/time.ts";

export const DEAD_LETTER_STATES = ["failing", "dead", "retried"] as const;

/** What failed: a listener on an event, or a task; the other of the two is null. */
export const deadLetter = z
  .object({
    id: z.string(),
    state: z.enum(DEAD_LETTER_STATES),
    attempts: z.int().describe("Failures since the last retry"),
    error: z.string().describe("The last failure"),
    event: z
      .object({
        id: z.string(),
        listener: z.string(),
        type: z.string().nullable(),
        aggregateType: z.string().nullable(),
        aggregateId: z.string().nullable(),
      })
      .nullable(),
    task: z
      .object({
        id: z.string(),
        kind: z.string().nullable(),
        step: z.string().nullable(),
        subject: z.string().nullable(),
      })
      .nullable(),
    correlationId: z.string().nullable(),
    createdAt: shownInstant,
    updatedAt: shownInstant,
  })
  .meta({ id: "DeadLetter" });

const columns = {
  ...getTableColumns(lmsDeadLetters),
  eventType: domainEventLog.eventName,
  aggregateType: domainEventLog.aggregateType,
  aggregateId: domainEventLog.aggregateId,
  taskKind: lmsTasks.kind,
  taskStep: lmsTasks.step,
  taskSubject: lmsTasks.subject,
  correlationId: sql<
    string | null
  >`coalesce(${domainEventLog.correlationId}, ${lmsTasks.correlationId})`.as("correlation_id"),
};

/** Dead letters with the event or the task that they are about. */
export const deadLetters = (db: Db) =>
  db
    .select(columns)
    .from(lmsDeadLetters)
    .leftJoin(domainEventLog, eq(domainEventLog.eventId, lmsDeadLetters.eventId))
    .leftJoin(lmsTasks, eq(lmsTasks.id, lmsDeadLetters.taskId));

export const deadLetterById = (db: Db, orgId: string, deadLetterId: string) =>
  deadLetters(db).where(
    and(eq(lmsDeadLetters.organizationId, orgId), eq(lmsDeadLetters.id, deadLetterId)),
  );

type DeadLetterRow = RowOf<ReturnType<typeof deadLetterById>>;

export const showDeadLetter = (row: DeadLetterRow): z.infer<typeof deadLetter> => ({
  id: row.id,
  state: row.state,
  attempts: row.attempts,
  error: row.error,
  event:
    row.eventId === null || row.listener === null
      ? null
      : {
          id: row.eventId,
          listener: row.listener,
          type: row.eventType,
          aggregateType: row.aggregateType,
          aggregateId: row.aggregateId,
        },
  task:
    row.taskId === null
      ? null
      : {
          id: row.taskId,
          kind: row.taskKind,
          step: row.taskStep,
          subject: row.taskSubject,
        },
  correlationId: row.correlationId,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});
