import { and, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { type Accepted, command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { envelopeOf } from "../../kernel/outbox.ts";
import { domainEventLog, lmsDeadLetters, lmsTasks } from "../../kernel/schema.ts";
import { type Db, found, guardOneChanged, maybe, type Statement } from "../../kernel/statement.ts";
import { deadLetter, deadLetterById, showDeadLetter } from "../dead-letter.ts";
import { deadLetterRetryBy } from "../permissions.ts";

/** Gives a dead letter its tries back and sends it again. It changes no root, so it records no event. */
export const deadLetterRetry = command({
  type: "lms.deadLetter.retry",
  summary: "Try a dead letter again",
  input: z.strictObject({ deadLetterId: id }),
  output: deadLetter,
  permission: deadLetterRetryBy,
  emits: [],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    letter: found("Dead letter", deadLetterById(db, actor.orgId, input.deadLetterId)),
    event: maybe(eventOf(db, actor.orgId, input.deadLetterId)),
  }),
  decide: ({ letter, event }, { db, actor, now }) => {
    if (letter.state !== "dead") {
      return refuse(
        "INVALID_TRANSITION",
        `Dead letter must be in dead status to retry; it is ${letter.state}`,
        { more: { state: letter.state } },
      );
    }
    const retried = { state: "retried" as const, attempts: 0, updatedAt: now };
    const { writes, wake } = again(db, { orgId: actor.orgId, taskId: letter.taskId, event, now });
    return {
      answer: showDeadLetter({ ...letter, ...retried }),
      writes: [
        db
          .update(lmsDeadLetters)
          .set(retried)
          .where(
            and(
              eq(lmsDeadLetters.organizationId, actor.orgId),
              eq(lmsDeadLetters.id, letter.id),
              eq(lmsDeadLetters.state, "dead"),
            ),
          ),
        guardOneChanged(db),
        ...writes,
      ],
      wake,
    };
  },
});

const eventOf = (db: Db, orgId: string, deadLetterId: string) =>
  db
    .select()
    .from(domainEventLog)
    .where(
      and(
        eq(domainEventLog.organizationId, orgId),
        sql`${domainEventLog.eventId} = (select event_id from lms_dead_letters
          where id = ${deadLetterId} and organization_id = ${orgId})`,
      ),
    );

type Again = { writes: Statement[]; wake: NonNullable<Accepted<unknown>["wake"]> };
type Failed = {
  orgId: string;
  taskId: string | null;
  event: typeof domainEventLog.$inferSelect | undefined;
  now: number;
};

function again(db: Db, { orgId, taskId, event, now }: Failed): Again {
  if (taskId !== null) {
    const { task, guard } = readyAgain(db, orgId, taskId, now);
    // The jobs queue runs the steps of any kind of task.
    return {
      writes: [task, guard],
      wake: { events: [], tasks: [{ id: taskId, orgId, queue: "jobs" }] },
    };
  }
  if (!event) return { writes: [], wake: { events: [], tasks: [] } };
  // `relayed_at` keeps the relay from sending at once what this command sends itself.
  const unsettled = db
    .update(domainEventLog)
    .set({ settledAt: null, relayedAt: now })
    .where(and(eq(domainEventLog.organizationId, orgId), eq(domainEventLog.seq, event.seq)));
  return { writes: [unsettled], wake: { events: [envelopeOf(event)], tasks: [] } };
}

/** `error` stays: by it a step that succeeds knows of a dead letter to clear. */
const readyAgain = (db: Db, orgId: string, taskId: string, now: number) => ({
  task: db
    .update(lmsTasks)
    .set({
      state: "ready",
      attempts: 0,
      nextAt: now,
      lease: null,
      leasedUntil: null,
      relayedAt: now,
      updatedAt: now,
    })
    .where(
      and(eq(lmsTasks.organizationId, orgId), eq(lmsTasks.id, taskId), eq(lmsTasks.state, "dead")),
    ),
  guard: guardOneChanged(db),
});
