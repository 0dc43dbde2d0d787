import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Facts } from "./notice.ts";

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
    kind: text("kind").notNull(),
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
