import { and, eq, sql } from "drizzle-orm";
import { eventDeliveries } from "./schema.ts";
import { type Db, jsonRows, type Statement } from "./statement.ts";

/** A listener's receipt for an event, and how many receipts settle the event. */
export type Receipt = { eventId: string; listener: string; receiptsNeeded: number };

export const readDelivery = (db: Db, { eventId, listener }: Omit<Receipt, "receiptsNeeded">) =>
  db
    .select({ code: eventDeliveries.code })
    .from(eventDeliveries)
    .where(and(eq(eventDeliveries.eventId, eventId), eq(eventDeliveries.listener, listener)));

/** Fails the batch where the receipt is there already: what it came with was done before. */
export const insertDelivery = (
  db: Db,
  receipts: readonly Omit<Receipt, "receiptsNeeded">[],
  code: string,
  now: number,
): Statement =>
  db.all(sql`insert into ${eventDeliveries} (event_id, listener, code, done_at)
    select value ->> '$[0]', value ->> '$[1]', ${code}, ${now}
    from ${jsonRows(receipts.map((one) => [one.eventId, one.listener]))}`);

/** A success deletes what was counted against the listener, a dead letter too. */
export const forgetFailures = (
  db: Db,
  receipts: readonly Omit<Receipt, "receiptsNeeded">[],
): Statement =>
  db.all(sql`delete from lms_dead_letters where (event_id, listener) in
    (select value ->> '$[0]', value ->> '$[1]'
     from ${jsonRows(receipts.map((one) => [one.eventId, one.listener]))})`);

/** Where nothing came with it: a copy of the event may have written the same receipt. */
export const insertDeliveryOnce = (
  db: Db,
  { eventId, listener }: Omit<Receipt, "receiptsNeeded">,
  code: string,
  now: number,
): Statement =>
  db.insert(eventDeliveries).values({ eventId, listener, code, doneAt: now }).onConflictDoNothing();

/** Stamps the events whose listeners are all done, or dead. */
export const settle = (
  db: Db,
  events: readonly Omit<Receipt, "listener">[],
  now: number,
): Statement =>
  db.all(sql`update domain_event_log set settled_at = ${now}
    from ${jsonRows(events.map((one) => [one.eventId, one.receiptsNeeded]))} as due
    where event_id = due.value ->> '$[0]' and settled_at is null
    and (select count(*) from event_deliveries where event_id = due.value ->> '$[0]')
      + (select count(*) from lms_dead_letters where event_id = due.value ->> '$[0]' and state = 'dead')
      >= due.value ->> '$[1]'`);
