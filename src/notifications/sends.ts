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

/** Whether a recipient was told in the application, as a condition over the rows of a query. */
export const isTold = (
  orgId: SQL,
  key: { kind: NoticeKind } & Record<"subject" | "recipientId" | "threshold" | "dueAt", SQL>,
): SQL =>
  sql`exists (select 1 from lms_sends as told where told.organization_id = ${orgId}
    and told.kind = ${key.kind} and told.subject = ${key.subject}
    and told.recipient_id = ${key.recipientId} and told.threshold = ${key.threshold}
    and told.due_at = ${key.dueAt} and told.channel = 'in-app')`;

export const triggerOf = (db: Db, orgId: string, key: TriggerKey) =>
  db
    .select({ id: lmsSends.id })
    .from(lmsSends)
    .where(
      and(
        eq(lmsSends.organizationId, orgId),
        eq(lmsSends.kind, key.kind),
        eq(lmsSends.subject, key.subject),
        eq(lmsSends.recipientId, ""),
        eq(lmsSends.threshold, key.threshold),
        eq(lmsSends.dueAt, key.dueAt),
        eq(lmsSends.channel, "trigger"),
      ),
    );

/** The thresholds of a thing's reminders that were triggered for its due time, as a column. */
export const thresholdsPulled = ({
  orgId,
  kind,
  subject,
  dueAt,
}: {
  orgId: SQL;
  kind: NoticeKind;
  subject: SQL;
  dueAt: SQL;
}) =>
  sql<number[]>`(select json_group_array(threshold) from lms_sends as pulled
    where pulled.organization_id = ${orgId} and pulled.kind = ${kind}
    and pulled.subject = ${subject} and pulled.recipient_id = '' and pulled.due_at = ${dueAt}
    and pulled.channel = 'trigger')`.mapWith((text: string) => JSON.parse(text) as number[]);

/** Fails the batch where one was sent before: a task that lost a race reads anew. */
export const insertSends = (db: Db, rows: readonly SendRow[]): Statement =>
  insertMany(db, lmsSends, getTableColumns(lmsSends), rows);

type Key = Pick<Notice, "subject" | "recipientId" | "threshold" | "dueAt">;

export const sendKeyOf = ({ subject, recipientId, threshold, dueAt }: Key, channel: Channel) =>
  JSON.stringify([subject, recipientId, threshold, dueAt, channel]);

/** What of these notices was sent already; the cross join looks each up instead of walking the ledger. */
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
    .crossJoin(lmsSends)
    .where(
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
