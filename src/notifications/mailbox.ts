import { and, desc, eq } from "drizzle-orm";
import * as z from "zod";
import { afterCursor, type Page, pageInput, pageOf, windowOf } from "../kernel/page.ts";
import type { Db, RowOf } from "../kernel/statement.ts";
import { iso } from "../kernel/time.ts";
import { lmsMailbox } from "./schema.ts";

export const mailboxInput = z.strictObject({
  ...pageInput,
  recipient: z.string().max(320).optional(),
});
type MailboxInput = z.infer<typeof mailboxInput>;

/** What would have been sent, newest first; one row more than the page. Development only. */
export const mailboxPage = (db: Db, input: MailboxInput) => {
  const window = windowOf(input);
  return db
    .select()
    .from(lmsMailbox)
    .where(
      and(
        input.recipient === undefined ? undefined : eq(lmsMailbox.recipient, input.recipient),
        afterCursor(input.cursor, [lmsMailbox.id], "desc"),
      ),
    )
    .orderBy(desc(lmsMailbox.id))
    .limit(window.limit)
    .offset(window.offset);
};

type Row = RowOf<ReturnType<typeof mailboxPage>>;
export type ShownMail = Omit<Row, "sentAt"> & { sentAt: string };

export const mailboxOf = (input: MailboxInput, rows: readonly Row[]): Page<ShownMail> =>
  pageOf(
    input,
    rows,
    (row) => [row.id],
    (row) => ({ ...row, sentAt: iso(row.sentAt) }),
  );
