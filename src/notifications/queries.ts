import { and, eq, isNull, sql } from "drizzle-orm";
import * as z from "zod";
import {
  memberById,
  organizationById,
  preferencesOf,
  settingsOfOrganization,
} from "../identity/statements.ts";
import { newestFirst, pageFault, pageInput, pageOf, pageOutput } from "../kernel/page.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { notice } from "./compose.ts";
import { facts, NOTICE_KINDS } from "./notice.ts";
import {
  ownWordsById,
  ownWordsIn,
  previewOf,
  showTemplate,
  templateAnswer,
  templateKey,
  templateWithPreview,
} from "./own-words.ts";
import { templatesBy } from "./permissions.ts";
import { shownPreferences, showPreferences } from "./preferences.ts";
import { lmsNotifications } from "./schema.ts";
import { valuesOf } from "./values.ts";
import { LANGUAGES, languageOfLocale } from "./words.ts";

const UNREAD_SHOWN_MAX = 99;

/** How many notices wait, counted no further than a badge shows. */
const unreadOf = (db: Db, orgId: string, memberId: string) =>
  db.select({ count: sql<number>`count(*)` }).from(
    db
      .select({ id: lmsNotifications.id })
      .from(lmsNotifications)
      .where(
        and(
          eq(lmsNotifications.organizationId, orgId),
          eq(lmsNotifications.memberId, memberId),
          isNull(lmsNotifications.readAt),
        ),
      )
      .limit(UNREAD_SHOWN_MAX)
      .as("waiting"),
  );

const shownNotice = z
  .object({
    id: z.string(),
    kind: z.enum(NOTICE_KINDS),
    title: z.string(),
    text: z.string(),
    link: z.string().nullable().describe("Under this deployment's origin"),
    facts: facts.describe("Ids, names of things and figures; instants in epoch milliseconds"),
    readAt: shownInstant.nullable(),
    createdAt: shownInstant,
  })
  .meta({ id: "Notification" });

export const notificationsList = query({
  type: "lms.notifications.list",
  summary: "One's own notices, the newest first, in one's language and time zone",
  input: z.strictObject({
    ...pageInput,
    unread: z.stringbool().optional().describe("Only those that one has not read"),
  }),
  output: pageOutput(shownNotice).extend({
    unread: z.int().describe(`How many are unread; at most ${UNREAD_SHOWN_MAX} are counted`),
  }),
  permission: { action: "notification:list", any: EVERY_MEMBER },
  fault: pageFault,
  read: ({ db, input, actor: { orgId, id } }) => ({
    rows: newestFirst(db, lmsNotifications, {
      orgId,
      ask: input,
      filters: [
        eq(lmsNotifications.memberId, id),
        input.unread === true ? isNull(lmsNotifications.readAt) : undefined,
      ],
    }),
    unread: found("Member", unreadOf(db, orgId, id)),
    member: found("Member", memberById(db, orgId, id)),
    organization: maybe(organizationById(db, orgId)),
    settings: maybe(settingsOfOrganization(db, orgId)),
    ownWords: ownWordsIn(db, orgId),
  }),
  answer: ({ rows, unread, member, organization, settings, ownWords }, { input, origin }) => {
    const language = languageOfLocale(member.locale);
    const reader = {
      locale: member.locale,
      timeZone: member.timeZone ?? settings?.defaults?.timeZone ?? "UTC",
      name: member.displayName ?? "",
      organizationName: organization?.name ?? "",
      origin,
    };
    const page = pageOf(
      input,
      rows,
      (row) => [row.id],
      (row) => {
        const own = ownWords.find((one) => one.kind === row.kind && one.language === language);
        const values = valuesOf(row.payload, reader);
        return {
          id: row.id,
          kind: row.kind,
          ...notice({ kind: row.kind, language, values, own }),
          link: values.link || null,
          facts: row.payload,
          readAt: isoOrNull(row.readAt),
          createdAt: iso(row.createdAt),
        };
      },
    );
    return { ...page, unread: unread.count };
  },
});

export const notificationPreferences = query({
  type: "lms.notifications.preferences",
  summary: "By which channels one is told of what",
  input: z.strictObject({}),
  output: shownPreferences,
  permission: { action: "notification:prefer", any: EVERY_MEMBER },
  read: ({ db, actor }) => ({
    member: found("Member", preferencesOf(db, actor.orgId, actor.id)),
  }),
  answer: ({ member }) => showPreferences(member.preferences),
});

export const adminTemplates = query({
  type: "lms.admin.notificationTemplates",
  summary: "The words of every kind in every language, the organization's own or Lyceum's",
  input: z.strictObject({}),
  output: z.object({ data: z.array(templateAnswer) }),
  permission: templatesBy,
  read: ({ db, actor }) => ({ own: ownWordsIn(db, actor.orgId) }),
  answer: ({ own }) => ({
    data: NOTICE_KINDS.flatMap((kind) =>
      LANGUAGES.map((language) =>
        showTemplate(
          kind,
          language,
          own.find((one) => one.kind === kind && one.language === language),
        ),
      ),
    ),
  }),
});

export const adminTemplate = query({
  type: "lms.admin.notificationTemplate",
  summary: "The words of one kind in one language, and the mail that they make",
  input: z.strictObject(templateKey),
  output: templateWithPreview,
  permission: templatesBy,
  read: ({ db, input, actor }) => ({
    own: maybe(ownWordsById(db, actor.orgId, input.kind, input.language)),
  }),
  answer: ({ own }, { input: { kind, language } }) => ({
    ...showTemplate(kind, language, own),
    preview: previewOf(kind, language, own),
  }),
});
