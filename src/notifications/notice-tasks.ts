import { getTableColumns } from "drizzle-orm";
import * as z from "zod";
import { announcementsAmong } from "../cohorts/statements.ts";
import {
  isMember,
  membersAmong,
  organizationById,
  settingsOfOrganization,
} from "../identity/statements.ts";
import { type Db, insertMany, maybe, type RowOf, type Rows } from "../kernel/statement.ts";
import { type StepAsk, type StepResult, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { letter } from "./compose.ts";
import { factsOf, holds, textsOf } from "./facts.ts";
import { isSwitchable } from "./kinds.ts";
import { messagesOf, noticesAmong } from "./live.ts";
import { type Facts, NOTICE_KINDS, type Notice, notice } from "./notice.ts";
import { ownWordsOf } from "./own-words.ts";
import { isMailed } from "./preferences.ts";
import { rowsAbout, rowsOf } from "./rows.ts";
import { lmsMailbox, lmsNotifications } from "./schema.ts";
import { type Channel, insertSends, type SendRow, sendKeyOf, sendsAmong } from "./sends.ts";
import { listHeaders, unsubscribeUrl } from "./unsubscribe.ts";
import { valuesOf } from "./values.ts";
import { languageOfLocale } from "./words.ts";

/** Notices a task: one batch reads for all of them, one writes. */
export const NOTICES_MAX = 50;

const payload = z.strictObject({
  kind: z.enum(NOTICE_KINDS),
  notices: z.array(notice).min(1).max(NOTICES_MAX),
  /** Ids of those that were written, for those connected. */
  written: z.array(z.string()).optional(),
});
type Payload = z.infer<typeof payload>;
type Ask = StepAsk<Payload>;

type Asked = { db: Db; payload: Payload; orgId: string; subject: string };

const read = ({ db, orgId, payload: { kind, notices } }: Asked) => ({
  members: membersAmong(
    db,
    orgId,
    notices.map((one) => one.recipientId),
  ),
  sent: sendsAmong(db, orgId, kind, notices),
  organization: maybe(organizationById(db, orgId)),
  settings: maybe(settingsOfOrganization(db, orgId)),
  ownWords: ownWordsOf(db, orgId, kind),
  ...rowsAbout(
    db,
    orgId,
    notices.map((one) => one.about),
  ),
});
type Found = Rows<ReturnType<typeof read>>;
type Member = RowOf<ReturnType<typeof membersAmong>>;

/** Who is to be told what, now. */
type Telling = { one: Notice; member: Member; facts: Facts; texts: Record<string, string> };

const tell = step({
  read,
  run: async (found: Found, ask: Ask): Promise<StepResult> => {
    const told = tellings(found, ask);
    if (told.length === 0) return {};
    const letters = await Promise.all(told.map((one) => letterOf(one, found, ask)));
    const mailed = letters.filter((one) => one !== undefined);
    const sends = told.map(({ one }) => sendOf(one, "in-app", ask));
    const notices = told.map(({ one, facts }, index) => noticeOf(one, facts, sends[index], ask));
    const written = notices.map(({ id }) => id);
    return {
      next: { step: "show", payload: { ...ask.payload, written } },
      writes: [
        insertSends(ask.db, [...sends, ...mailed.map(({ send }) => send)]),
        insertMany(ask.db, lmsNotifications, getTableColumns(lmsNotifications), notices),
        ...(mailed.length > 0
          ? [
              insertMany(
                ask.db,
                lmsMailbox,
                getTableColumns(lmsMailbox),
                mailed.map(({ row }) => row),
              ),
            ]
          : []),
      ],
    };
  },
});

/** Tells those connected what was written for them; who is not finds it in the list. */
const show = step({
  read: ({ db, orgId, payload: { notices, written = [] } }: Asked) => ({
    rows: noticesAmong(db, orgId, written),
    announcements: announcementsAmong(
      db,
      orgId,
      notices.flatMap(({ about }) => about.announcementId ?? []),
    ),
  }),
  run: async ({ rows, announcements }, { orgId, ports }: Ask): Promise<StepResult> => {
    const messages = rows.flatMap((row) => messagesOf(row, announcements));
    if (messages.length > 0) await ports.realtime.publish(orgId, messages);
    return {};
  },
});

/** Tells each recipient what it was not told before: the ledger's keys and what is sent are one batch. */
export const tellNotices = taskKind({
  kind: "notifications.tell",
  queue: "notifications",
  payload,
  attemptsMax: 8,
  timeoutMs: 20 * SECOND,
  steps: { tell, show },
});

function tellings(found: Found, { now, payload: { kind, notices } }: Ask): Telling[] {
  const taken = new Set(found.sent.map((one) => sendKeyOf(one, one.channel)));
  const members = new Map(found.members.map((one) => [one.userId, one]));
  const once = new Map(notices.map((one) => [sendKeyOf(one, "in-app"), one]));
  return [...once].flatMap(([key, one]): Telling[] => {
    const member = members.get(one.recipientId);
    if (!member || !isMember(member) || member.suspendedAt !== null || taken.has(key)) return [];
    const rows = rowsOf(found, one.about);
    if (!holds(kind, one, rows, now)) return [];
    return [{ one, member, facts: factsOf(kind, one, rows), texts: textsOf(kind, rows) }];
  });
}

const sendOf = (one: Notice, channel: Channel, { id, orgId, now, payload }: Ask): SendRow => ({
  id: id(),
  organizationId: orgId,
  kind: payload.kind,
  subject: one.subject,
  recipientId: one.recipientId,
  threshold: one.threshold,
  dueAt: one.dueAt,
  channel,
  eventId: one.eventId,
  sentAt: now,
});

const noticeOf = (one: Notice, facts: Facts, send: SendRow | undefined, ask: Ask) => ({
  id: send?.id ?? ask.id(),
  organizationId: ask.orgId,
  memberId: one.recipientId,
  kind: ask.payload.kind,
  subject: one.subject,
  payload: facts,
  readAt: null,
  createdAt: ask.now,
});

async function letterOf({ one, member, facts, texts }: Telling, found: Found, ask: Ask) {
  const { orgId, now, ports, payload } = ask;
  const { kind } = payload;
  if (member.email === null || !isMailed(kind, one.threshold, member.preferences)) return undefined;
  const language = languageOfLocale(member.locale);
  const values = valuesOf(facts, {
    locale: member.locale,
    timeZone: member.timeZone ?? found.settings?.defaults?.timeZone ?? "UTC",
    name: member.displayName ?? "",
    organizationName: found.organization?.name ?? "",
    origin: ports.origin,
  });
  const unsubscribe = isSwitchable(kind)
    ? await unsubscribeUrl({ orgId, memberId: member.userId, kind }, ports)
    : undefined;
  const own = found.ownWords.find((words) => words.language === language);
  const send = sendOf(one, "email", ask);
  return {
    send,
    row: {
      id: send.id,
      organizationId: orgId,
      recipient: member.email,
      ...letter({ kind, language, values: { ...values, ...texts }, own, unsubscribe }),
      headers: unsubscribe === undefined ? {} : listHeaders(unsubscribe),
      sentAt: now,
    },
  };
}
