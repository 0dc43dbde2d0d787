import { and, eq } from "drizzle-orm";
import * as z from "zod";
import type { Db } from "../kernel/statement.ts";
import { isoOrNull, shownInstant } from "../kernel/time.ts";
import { letter } from "./compose.ts";
import { placeholdersOf, WORDS } from "./kinds.ts";
import { NOTICE_KINDS, type NoticeKind } from "./notice.ts";
import { lmsNotificationTemplates } from "./schema.ts";
import { LANGUAGES, type Language } from "./words.ts";

/** Which words are meant, as the path says. */
export const templateKey = {
  kind: z.enum(NOTICE_KINDS),
  language: z.enum(LANGUAGES),
};

const ofKind = (orgId: string, kind: NoticeKind) =>
  and(eq(lmsNotificationTemplates.organizationId, orgId), eq(lmsNotificationTemplates.kind, kind));

/** An organization's own words for a kind, in each language that it has them in. */
export const ownWordsOf = (db: Db, orgId: string, kind: NoticeKind) =>
  db.select().from(lmsNotificationTemplates).where(ofKind(orgId, kind));

/** All of an organization's own words: one row a kind and language at most. */
export const ownWordsIn = (db: Db, orgId: string) =>
  db
    .select()
    .from(lmsNotificationTemplates)
    .where(eq(lmsNotificationTemplates.organizationId, orgId));

export const ownWordsById = (db: Db, orgId: string, kind: NoticeKind, language: Language) =>
  db
    .select()
    .from(lmsNotificationTemplates)
    .where(and(ofKind(orgId, kind), eq(lmsNotificationTemplates.language, language)));

export type OwnWordsRow = typeof lmsNotificationTemplates.$inferSelect;

const letterShown = z.object({ subject: z.string(), text: z.string(), html: z.string() });

export const templateAnswer = z
  .object({
    ...templateKey,
    subject: z.string(),
    text: z.string().describe("Paragraphs, with a blank line between two"),
    html: z.string().nullable().describe("Null: made of the text's paragraphs"),
    isOwn: z.boolean().describe("False: the words that come with Lyceum"),
    placeholders: z.array(z.string()).describe("Names that may stand in {{double braces}}"),
    updatedAt: shownInstant.nullable(),
  })
  .meta({ id: "NotificationTemplate" });

export const templateWithPreview = templateAnswer
  .extend({ preview: letterShown.describe("The mail, with each value's name in its place") })
  .meta({ id: "NotificationTemplatePreview" });

/** The words in force, an organization's own or ours. */
export function showTemplate(
  kind: NoticeKind,
  language: Language,
  own: Pick<OwnWordsRow, "subject" | "text" | "html" | "updatedAt"> | undefined,
): z.infer<typeof templateAnswer> {
  const { subject, body } = WORDS[kind][language];
  const words = own ?? { subject, text: body.join("\n\n"), html: null, updatedAt: null };
  return {
    kind,
    language,
    subject: words.subject,
    text: words.text,
    html: words.html,
    isOwn: own !== undefined,
    placeholders: [...placeholdersOf(kind)],
    updatedAt: isoOrNull(words.updatedAt),
  };
}

export const previewOf = (
  kind: NoticeKind,
  language: Language,
  own: Pick<OwnWordsRow, "subject" | "text" | "html"> | undefined,
): z.infer<typeof letterShown> =>
  letter({
    kind,
    language,
    own,
    values: Object.fromEntries([...placeholdersOf(kind)].map((name) => [name, `[${name}]`])),
    unsubscribe: undefined,
  });
