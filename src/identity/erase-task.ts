import { and, eq, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { unfinishedOf } from "../enrollment/statements.ts";
import { eraseParts } from "../kernel/personal.ts";
import type { Reads, Rows, Statement } from "../kernel/statement.ts";
import { type StepAsk, type StepRead, type StepResult, step, taskKind } from "../kernel/task.ts";
import { MINUTE } from "../kernel/time.ts";
import { account, invitation, session, user } from "./schema.ts";

const ENROLLMENTS_A_STEP = 20;
/** Parts that one batch reads the next page of: most have no row of a person, or a few. */
const PARTS_A_STEP = 8;
const OBJECTS_A_STEP = 1_000;
/** Longer than any step that was under way may take to write what it had read. */
const AGAIN_AFTER_MS = 5 * MINUTE;

const payload = z.strictObject({
  /** By which the person's mails are found; forgotten with the first pass. */
  email: z.string().nullable(),
  /** The part that comes next, and where its last page ended. */
  part: z.string().nullable(),
  after: z.array(z.union([z.string(), z.number()])).nullable(),
  /** The second pass, over what a step under way has still written. */
  again: z.boolean(),
});
type Payload = z.infer<typeof payload>;
type Ask = StepAsk<Payload>;
type Read = StepRead<Payload>;

const cancel = step({
  read: ({ db, orgId, subject, payload: { after } }: Read) => ({
    enrollments: unfinishedOf(db, orgId, subject, {
      after: String(after?.[0] ?? ""),
      limit: ENROLLMENTS_A_STEP,
    }),
  }),
  run: async (
    { enrollments }: { enrollments: { id: string }[] },
    { orgId, payload: at, dispatch }: Ask,
  ): Promise<StepResult> => {
    for (const { id: enrollmentId } of enrollments) {
      const type = "lms.enrollment.cancel";
      const outcome = await dispatch({ orgId, type, payload: { enrollmentId } });
      const over = outcome.ok || outcome.refusal.refused === "INVALID_TRANSITION";
      if (!over) throw new Error(`Not cancelled: ${outcome.refusal.refused}`);
    }
    const last = enrollments[ENROLLMENTS_A_STEP - 1];
    return last
      ? { next: { step: "cancel", payload: { ...at, after: [last.id] } } }
      : { next: { step: "erase", payload: { ...at, after: null } } };
  },
});

const personOf = ({ orgId, subject, payload: { email } }: Read) => ({
  orgId,
  userId: subject,
  email,
});

function partsAhead({ personal, payload: { part } }: Pick<Read, "personal" | "payload">) {
  const all = eraseParts(personal);
  const from = part === null ? 0 : all.findIndex((one) => one.name === part);
  if (from < 0) throw new Error(`No part of an erasure is named ${part}`);
  return { all, from, parts: all.slice(from, from + PARTS_A_STEP) };
}

type Pages = Readonly<Record<string, Readonly<Record<string, unknown>>[]>>;

const erase = step({
  read: (ask: Read): Reads => {
    const { after } = ask.payload;
    const pages = partsAhead(ask).parts.map((part, index) => [
      part.name,
      part.page(ask.db, personOf(ask), index === 0 ? after : null),
    ]);
    return Object.fromEntries(pages);
  },
  run: async (rows: Rows<Reads>, ask: Ask): Promise<StepResult> => {
    // SAFETY: the rows of read() just above.
    const pages = rows as Pages;
    const { db, payload: at, ports } = ask;
    const { all, from, parts } = partsAhead(ask);
    const person = personOf(ask);
    const writes: Statement[] = [];
    const objects: string[] = [];
    let done = 0;
    let after: Payload["after"] = null;
    for (const part of parts) {
      const page = pages[part.name] ?? [];
      objects.push(...part.objects(page, person));
      writes.push(...part.writes(db, person, page));
      const last = page[part.pageRows - 1];
      after = last ? part.positionOf(last) : null;
      if (last) break;
      done++;
    }
    for (let first = 0; first < objects.length; first += OBJECTS_A_STEP) {
      await ports.files.delete(objects.slice(first, first + OBJECTS_A_STEP));
    }
    const next = all[from + done];
    if (next) {
      return { writes, next: { step: "erase", payload: { ...at, part: next.name, after } } };
    }
    if (at.again) return { writes };
    return { writes, next: { step: "account", payload: { ...at, part: null, after: null } } };
  },
});

/** The library's user goes only with its last membership, and all that hangs on it. */
const leave = step({
  read: () => ({}),
  run: async (_: unknown, { db, subject: userId, payload: at }: Ask): Promise<StepResult> => ({
    writes: lastTraces(db, userId, at.email),
    next: {
      step: "erase",
      delayMs: AGAIN_AFTER_MS,
      payload: { ...at, email: null, again: true },
    },
  }),
});

function lastTraces(db: Ask["db"], userId: string, email: string | null): Statement[] {
  const isLast: SQL = sql`not exists (select 1 from member where user_id = ${userId})`;
  const ofNoOrganization: Statement[] =
    email === null
      ? []
      : [
          db.all(sql`delete from lms_mailbox where recipient = ${email} and organization_id = '*'
            and ${isLast}`),
        ];
  return [
    ...ofNoOrganization,
    db.all(sql`update lms_tasks set payload = '{}', state = iif(state = 'ready', 'done', state),
      lease = null where organization_id = '*' and kind = 'notifications.mail'
      and subject = ${userId} and ${isLast}`),
    db.delete(session).where(and(eq(session.userId, userId), isLast)),
    db.delete(account).where(and(eq(account.userId, userId), isLast)),
    db.delete(invitation).where(and(eq(invitation.inviterId, userId), isLast)),
    db.all(sql`delete from apikey where reference_id = ${userId} and ${isLast}`),
    db.delete(user).where(and(eq(user.id, userId), isLast)),
  ];
}

/**
 * Erases a person who has just lost access: its open enrollments are cancelled, then every table that
 * holds its data is gone through by pages. Its subject is the person; the log stays whole.
 */
export const memberEraseTask = taskKind({
  kind: "identity.erase",
  queue: "jobs",
  payload,
  attemptsMax: 20,
  timeoutMs: MINUTE,
  steps: { cancel, erase, account: leave },
});
