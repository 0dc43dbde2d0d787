import { and, eq, ne, sql } from "drizzle-orm";
import { EVENTS_SHOWN, personal } from "../kernel/personal.ts";
import { domainEventLog, lmsIdempotency, lmsTasks } from "../kernel/schema.ts";

export const personalEvents = personal({
  name: "events",
  table: domainEventLog,
  of: ({ orgId, userId }) =>
    and(eq(domainEventLog.organizationId, orgId), eq(domainEventLog.actorId, userId)),
  key: [domainEventLog.seq],
  export: EVENTS_SHOWN,
  erase: { kept: "The log stays whole: it names people by id, and holds no text of theirs" },
});

/** Whoever asked: an instructor's stored answer repeats what a learner wrote. */
export const personalAnswers = personal({
  name: "storedAnswers",
  table: lmsIdempotency,
  of: ({ orgId, userId, email }) =>
    and(
      eq(lmsIdempotency.organizationId, orgId),
      ne(lmsIdempotency.command, "lms.member.erase"),
      sql`(${lmsIdempotency.actorId} = ${userId} or instr(${lmsIdempotency.answer}, ${userId})
        or instr(${lmsIdempotency.answer}, ${email ?? userId}))`,
    ),
  among: ({ orgId }) => eq(lmsIdempotency.organizationId, orgId),
  key: [lmsIdempotency.actorId, lmsIdempotency.command, lmsIdempotency.key],
  export: { none: "For a day it repeats what the rows say" },
  erase: { blank: { answer: "null" } },
});

/** What a task was wanted with; one that is still to write to the person has nothing left to do. */
export const personalTasks = personal({
  name: "tasks",
  table: lmsTasks,
  of: ({ orgId, email }) =>
    email === null
      ? sql`0`
      : and(
          eq(lmsTasks.organizationId, orgId),
          ne(lmsTasks.kind, "identity.erase"),
          sql`instr(${lmsTasks.payload}, ${email})`,
        ),
  among: ({ orgId }) => eq(lmsTasks.organizationId, orgId),
  key: [lmsTasks.kind, lmsTasks.subject, lmsTasks.id],
  export: { none: "A task's payload repeats what the rows say" },
  erase: {
    blank: { payload: "{}", state: sql`iif(state = 'ready', 'done', state)`, lease: null },
  },
});
