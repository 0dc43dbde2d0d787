import { and, eq, sql } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsMailbox, lmsNotifications, lmsSends } from "./schema.ts";

export const personalNotices = personal({
  name: "notices",
  table: lmsNotifications,
  of: ({ orgId, userId }) =>
    and(eq(lmsNotifications.organizationId, orgId), eq(lmsNotifications.memberId, userId)),
  key: [lmsNotifications.id],
  export: {},
  erase: { delete: true },
});

export const personalSends = personal({
  name: "sends",
  table: lmsSends,
  of: ({ orgId, userId }) =>
    and(eq(lmsSends.organizationId, orgId), eq(lmsSends.recipientId, userId)),
  key: [lmsSends.id],
  export: {},
  erase: { kept: "The ledger of what was sent is for ever, and names its recipients by id" },
});

export const personalMails = personal({
  name: "mails",
  table: lmsMailbox,
  of: ({ orgId, email }) =>
    email === null
      ? sql`0`
      : and(eq(lmsMailbox.organizationId, orgId), eq(lmsMailbox.recipient, email)),
  key: [lmsMailbox.id],
  export: { pageRows: 20 },
  erase: { delete: true },
});
