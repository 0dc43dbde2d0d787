import { sql } from "drizzle-orm";
import { backoffMs } from "./backoff.ts";
import type { Registry } from "./context.ts";
import { errorText } from "./error.ts";
import type { Envelope } from "./event.ts";
import type { Database, Host } from "./ports.ts";
import { settle } from "./receipt.ts";
import { lmsDeadLetters } from "./schema.ts";

/** How often a listener fails before its event is a dead letter for it. */
export const ATTEMPTS_MAX = 5;

export type Work = { event: Envelope; receiptsNeeded: number };
export type Failure = { work: Work; listener: string; error: unknown };

/** Counts each failure over all copies of its message; the last try makes it dead and its event settled. */
export async function countFailures(
  host: Host,
  { db, batch }: Database,
  failures: readonly Failure[],
): Promise<Map<string, number>> {
  const retries = new Map<string, number>();
  if (failures.length === 0) return retries;
  const now = host.now();
  const counted = failures.map(({ work, listener, error }) =>
    db
      .insert(lmsDeadLetters)
      .values({
        id: host.id(),
        organizationId: work.event.orgId,
        eventId: work.event.id,
        listener,
        state: "failing",
        attempts: 1,
        error: errorText(error),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoUpdate({
        target: [lmsDeadLetters.eventId, lmsDeadLetters.listener],
        set: {
          attempts: sql`lms_dead_letters.attempts + 1`,
          error: errorText(error),
          state: sql`iif(lms_dead_letters.attempts + 1 >= ${ATTEMPTS_MAX}, 'dead', 'failing')`,
          updatedAt: now,
        },
      })
      .returning({ state: lmsDeadLetters.state, attempts: lmsDeadLetters.attempts }),
  );
  const due = failures.map(({ work }) => ({
    eventId: work.event.id,
    receiptsNeeded: work.receiptsNeeded,
  }));
  const results = await batch([...counted, settle(db, due, now)]);
  failures.forEach(({ work, listener, error }, index) => {
    const [row] = results[index] as { state: string; attempts: number }[];
    host.log({
      level: row?.state === "dead" ? "error" : "warn",
      unit: "listener",
      listener,
      event: work.event.type,
      eventId: work.event.id,
      orgId: work.event.orgId,
      correlationId: work.event.correlationId,
      outcome: row?.state ?? "failing",
      error: errorText(error),
    });
    if (row && row.state !== "dead") {
      const waitMs = backoffMs(row.attempts);
      retries.set(work.event.id, Math.max(retries.get(work.event.id) ?? 0, waitMs));
    }
  });
  return retries;
}

/** What arrives in the events' own dead-letter queue: dead for every listener that is not done. */
export async function bury(host: Host, registry: Registry, event: Envelope): Promise<void> {
  const { db, batch } = host.databaseFor(event.orgId);
  const listeners = registry.listenersOf(event.type).map((one) => one.name);
  const now = host.now();
  await batch([
    ...listeners.map((listener) =>
      db.all(sql`insert into lms_dead_letters
        (id, organization_id, event_id, listener, state, attempts, error, created_at, updated_at)
        select ${host.id()}, ${event.orgId}, ${event.id}, ${listener}, 'dead', ${ATTEMPTS_MAX},
          'The queue gave this message up', ${now}, ${now}
        where not exists (select 1 from event_deliveries where event_id = ${event.id} and listener = ${listener})
        on conflict (event_id, listener) do update set state = 'dead', updated_at = ${now}`),
    ),
    settle(db, [{ eventId: event.id, receiptsNeeded: listeners.length }], now),
  ]);
}
