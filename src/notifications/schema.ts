import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { type Facts, NOTICE_KINDS } from "./notice.ts";
import { LANGUAGES } from "./words.ts";

/** The embedded default for email: what would be sent is read here. */
export const lmsMailbox = sqliteTable(
  "lms_mailbox",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    recipient: text("recipient").notNull(),
    subject: text("subject").notNull(),
    text: text("text").notNull(),
    html: text("html").notNull(),
    headers: text("headers", { mode: "json" })
      .$type<Record<string, string>>()
      .notNull()
      .default({}),
    sentAt: integer("sent_at").notNull(),
  },
  (table) => [
    index("lms_mailbox_by_recipient").on(table.recipient, table.id),
    index("lms_mailbox_by_organization").on(table.organizationId, table.id),
  ],
);

export const CHANNELS = ["trigger", "in-app", "email"] as const;

/**
 * What was sent, for ever: by an event (`subject` is its id) or by a reminder of a thing, to a recipient,
 * by a channel. A recipient of '' is the reminder's own trigger.
 */
export const lmsSends = sqliteTable(
  "lms_sends",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    recipientId: text("recipient_id").notNull(),
    threshold: integer("threshold").notNull().default(0),
    dueAt: integer("due_at").notNull().default(0),
    channel: text("channel", { enum: CHANNELS }).notNull(),
    eventId: text("event_id"),
    sentAt: integer("sent_at").notNull(),
  },
  (table) => [
    uniqueIndex("lms_sends_key").on(
      table.organizationId,
      table.kind,
      table.subject,
      table.recipientId,
      table.threshold,
      table.dueAt,
      table.channel,
    ),
    index("lms_sends_by_recipient").on(table.organizationId, table.recipientId, table.id),
    check("lms_sends_channel", sql`channel IN ('trigger', 'in-app', 'email')`),
  ],
);

/** What a member is told in the application. `payload` holds ids, names of things and figures. */
export const lmsNotifications = sqliteTable(
  "lms_notifications",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    memberId: text("member_id").notNull(),
    kind: text("kind", { enum: NOTICE_KINDS }).notNull(),
    subject: text("subject").notNull(),
    payload: text("payload", { mode: "json" }).$type<Facts>().notNull(),
    readAt: integer("read_at"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    index("lms_notifications_by_member").on(table.organizationId, table.memberId, table.id),
    index("lms_notifications_unread")
      .on(table.organizationId, table.memberId, table.id)
      .where(sql`read_at IS NULL`),
  ],
);

/** An organization's own words for a kind in a language; without `html` the text's paragraphs are used. */
export const lmsNotificationTemplates = sqliteTable(
  "lms_notification_templates",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    kind: text("kind", { enum: NOTICE_KINDS }).notNull(),
    language: text("language", { enum: LANGUAGES }).notNull(),
    subject: text("subject").notNull(),
    text: text("text").notNull(),
    html: text("html"),
    updatedBy: text("updated_by").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("lms_notification_templates_key").on(
      table.organizationId,
      table.kind,
      table.language,
    ),
    check("lms_notification_templates_language", sql`language IN ('en', 'ru')`),
  ],
);
