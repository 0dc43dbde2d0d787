import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { type Db, insertMany, jsonRows, type Statement } from "../kernel/statement.ts";
import type { Notice, NoticeKind } from "./notice.ts";
import { type CHANNELS, lmsSends } from "./schema.ts";

export type Channel = (typeof CHANNELS)[number];
export type SendRow = typeof lmsSends.$inferSelect;

/** The UNIQUE of `lms_sends`, as `lostOn` names it. */
export const SEND_TAKEN = [
  "organization_id",
  "kind",
  "subject",
  "recipient_id",
  "threshold",
  "due_at",
  "channel",
]
  .map((column) => `lms_sends.${column}`)
  .join(", ");

/** A reminder's trigger: `dueAt` in epoch milliseconds. */
export type TriggerKey = {
  kind: NoticeKind;
  subject: string;
  threshold: number;
  dueAt: number;
  eventId?: string;
};

/** Fails the batch where one of the triggers was pulled before: beside its event it makes that once. */
export const triggersPulled = (
  db: Db,
  orgId: string,
  keys: readonly TriggerKey[],
  { now, id }: { now: number; id: () => string },
): Statement =>
  insertSends(
    db,
    keys.map((key) => ({
      ...key,
      id: id(),
      organizationId: orgId,
      recipientId: "",
      channel: "trigger",
      eventId: key.eventId ?? null,
      sentAt: now,
    })),
  );

/** Whether a trigger was pulled, as a condition over the rows of a query. */
export const isTriggered = (
  orgId: SQL | string,
  key: Record<"kind" | "subject" | "threshold" | "dueAt", SQL | string | number>,
): SQL =>
  sql`exists (select 1 from lms_sends where organization_id = ${orgId} and kind = ${key.kind}
    and subject = ${key.subject} and recipient_id = '' and threshold = ${key.threshold}
    and due_at = ${key.dueAt} and channel = 'trigger')`;

/** Fails the batch where one was sent before: a task that lost a race reads anew. */
export const insertSends = (db: Db, rows: readonly SendRow[]): Statement =>
  insertMany(db, lmsSends, getTableColumns(lmsSends), rows);

type Key = Pick<Notice, "subject" | "recipientId" | "threshold" | "dueAt">;

export const sendKeyOf = ({ subject, recipientId, threshold, dueAt }: Key, channel: Channel) =>
  JSON.stringify([subject, recipientId, threshold, dueAt, channel]);

/** What of these notices was sent already. */
export const sendsAmong = (db: Db, orgId: string, kind: NoticeKind, notices: readonly Key[]) => {
  const keys = notices.map((one) => [one.subject, one.recipientId, one.threshold, one.dueAt]);
  return db
    .select({
      subject: lmsSends.subject,
      recipientId: lmsSends.recipientId,
      threshold: lmsSends.threshold,
      dueAt: lmsSends.dueAt,
      channel: lmsSends.channel,
    })
    .from(sql`${jsonRows(keys)} as wanted`)
    .innerJoin(
      lmsSends,
      and(
        eq(lmsSends.organizationId, orgId),
        eq(lmsSends.kind, kind),
        sql`${lmsSends.subject} = wanted.value ->> '$[0]'`,
        sql`${lmsSends.recipientId} = wanted.value ->> '$[1]'`,
        sql`${lmsSends.threshold} = wanted.value ->> '$[2]'`,
        sql`${lmsSends.dueAt} = wanted.value ->> '$[3]'`,
      ),
    );
};
