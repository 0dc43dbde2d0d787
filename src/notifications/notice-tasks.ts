import { getTableColumns } from "drizzle-orm";
import * as z from "zod";
import { isMember, membersAmong } from "../identity/statements.ts";
import { type Db, insertMany } from "../kernel/statement.ts";
import { type StepAsk, type StepResult, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { NOTICE_KINDS, notice } from "./notice.ts";
import { lmsNotifications } from "./schema.ts";
import { insertSends, type SendRow, sendKeyOf, sendsAmong } from "./sends.ts";

/** Notices a task: one batch reads for all of them, one writes. */
export const NOTICES_MAX = 50;

const payload = z.strictObject({
  kind: z.enum(NOTICE_KINDS),
  notices: z.array(notice).min(1).max(NOTICES_MAX),
});
type Payload = z.infer<typeof payload>;

const tell = step({
  read: ({ db, orgId, payload }: { db: Db; payload: Payload; orgId: string; subject: string }) => ({
    members: membersAmong(
      db,
      orgId,
      payload.notices.map((one) => one.recipientId),
    ),
    sent: sendsAmong(db, orgId, payload.kind, payload.notices),
  }),
  run: async (
    { members, sent },
    { db, orgId, now, id, payload: { kind, notices } }: StepAsk<Payload>,
  ): Promise<StepResult> => {
    const taken = new Set(sent.map((one) => sendKeyOf(one, one.channel)));
    const once = [...new Map(notices.map((one) => [sendKeyOf(one, "in-app"), one])).values()];
    const present = members.filter((one) => isMember(one) && one.suspendedAt === null);
    const told = new Set(present.map((one) => one.userId));
    const due = once.filter(
      (one) => told.has(one.recipientId) && !taken.has(sendKeyOf(one, "in-app")),
    );
    if (due.length === 0) return {};
    const sends = due.map((one): SendRow => {
      const { subject, recipientId, threshold, dueAt, eventId } = one;
      const key = { kind, subject, recipientId, threshold, dueAt, channel: "in-app" as const };
      return { ...key, id: id(), organizationId: orgId, eventId, sentAt: now };
    });
    const rows = due.map((one, index) => ({
      id: sends[index]?.id ?? id(),
      organizationId: orgId,
      memberId: one.recipientId,
      kind,
      subject: one.subject,
      payload: { ...one.about, ...one.figures },
      readAt: null,
      createdAt: now,
    }));
    const columns = getTableColumns(lmsNotifications);
    return {
      writes: [insertSends(db, sends), insertMany(db, lmsNotifications, columns, rows)],
    };
  },
});

/** Tells each recipient what it was not told before: the ledger's key and what is sent are one batch. */
export const tellNotices = taskKind({
  kind: "notifications.tell",
  queue: "notifications",
  payload,
  attemptsMax: 8,
  timeoutMs: 20 * SECOND,
  steps: { tell },
});
