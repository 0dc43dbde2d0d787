import { and, eq, sql } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsLedgerEntries, lmsPayments } from "./schema.ts";

export const personalPayments = personal({
  name: "payments",
  table: lmsPayments,
  of: ({ orgId, userId }) =>
    and(eq(lmsPayments.organizationId, orgId), eq(lmsPayments.learnerId, userId)),
  key: [lmsPayments.id],
  root: "payment",
  export: {},
  erase: { blank: { refundReason: null, checkoutUrl: null } },
});

export const personalLedger = personal({
  name: "ledgerEntries",
  table: lmsLedgerEntries,
  of: ({ orgId, userId }) =>
    and(
      eq(lmsLedgerEntries.organizationId, orgId),
      sql`${lmsLedgerEntries.paymentId} in (select id from lms_payments
        where organization_id = ${orgId} and learner_id = ${userId})`,
    ),
  key: [lmsLedgerEntries.paymentId, lmsLedgerEntries.id],
  export: {},
  erase: { kept: "Books are kept whole; an entry names its learner by id" },
});
