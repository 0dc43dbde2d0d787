import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

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
