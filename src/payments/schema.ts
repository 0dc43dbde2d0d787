import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { rootColumns } from "../kernel/columns.ts";
import { ACCOUNTS, ENTRY_KINDS } from "./ledger.ts";

export const PAYMENT_STATUSES = [
  "created",
  "succeeded",
  "held",
  "failed",
  "expired",
  "partially-refunded",
  "refunded",
  "disputed",
] as const;

export const lmsPayments = sqliteTable(
  "lms_payments",
  {
    ...rootColumns,
    subjectType: text("subject_type", { enum: ["enrollment", "path-enrollment"] }).notNull(),
    subjectId: text("subject_id").notNull(),
    learnerId: text("learner_id").notNull(),
    provider: text("provider").notNull(),
    providerSessionId: text("provider_session_id"),
    providerPaymentId: text("provider_payment_id"),
    checkoutUrl: text("checkout_url"),
    expiresAt: integer("expires_at"),
    couponId: text("coupon_id"),
    amount: integer("amount").notNull(),
    currency: text("currency").notNull(),
    receivedAmount: integer("received_amount"),
    receivedCurrency: text("received_currency"),
    status: text("status", { enum: PAYMENT_STATUSES }).notNull(),
    refundRequestedAmount: integer("refund_requested_amount").notNull().default(0),
    refundedAmount: integer("refunded_amount").notNull().default(0),
    refundReason: text("refund_reason"),
    appliedAt: integer("applied_at"),
  },
  (table) => [
    index("lms_payments_by_subject").on(table.organizationId, table.subjectId, table.id),
    index("lms_payments_by_learner").on(table.organizationId, table.learnerId, table.id),
    index("lms_payments_by_status").on(table.organizationId, table.status, table.id),
    check(
      "lms_payments_status",
      sql`status IN ('created', 'succeeded', 'held', 'failed', 'expired', 'partially-refunded', 'refunded', 'disputed')`,
    ),
    check("lms_payments_amount", sql`amount > 0 AND refunded_amount >= 0`),
  ],
);

/** Append-only: triggers refuse a change, and add each entry up in the two tables below. */
export const lmsLedgerEntries = sqliteTable(
  "lms_ledger_entries",
  {
    id: text("id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    cause: text("cause").notNull(),
    kind: text("kind", { enum: ENTRY_KINDS }).notNull(),
    debit: text("debit", { enum: ACCOUNTS }).notNull(),
    credit: text("credit", { enum: ACCOUNTS }).notNull(),
    amount: integer("amount").notNull(),
    currency: text("currency").notNull(),
    paymentId: text("payment_id").notNull(),
    enrollmentId: text("enrollment_id").notNull(),
    learnerId: text("learner_id").notNull(),
    courseId: text("course_id").notNull(),
    cohortId: text("cohort_id"),
    moduleId: text("module_id"),
    occurredAt: integer("occurred_at").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("lms_ledger_entries_cause").on(table.organizationId, table.cause),
    index("lms_ledger_entries_by_payment").on(table.organizationId, table.paymentId, table.id),
    check("lms_ledger_entries_sides", sql`amount > 0 AND debit <> credit`),
    check(
      "lms_ledger_entries_accounts",
      sql`debit IN ('cash', 'receivable', 'revenue', 'deferred-revenue', 'refunds', 'tax') AND credit IN ('cash', 'receivable', 'revenue', 'deferred-revenue', 'refunds', 'tax')`,
    ),
  ],
);

/** What was debited and credited to an account in a month of UTC: a trial balance reads no entry. */
export const lmsLedgerBalances = sqliteTable(
  "lms_ledger_balances",
  {
    organizationId: text("organization_id").notNull(),
    currency: text("currency").notNull(),
    month: text("month").notNull(),
    account: text("account", { enum: ACCOUNTS }).notNull(),
    debit: integer("debit").notNull().default(0),
    credit: integer("credit").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.currency, table.month, table.account] }),
  ],
);

/** Where a payment's money stands; its CHECK lets no entry through that leaves some of it out. */
export const lmsLedgerPayments = sqliteTable(
  "lms_ledger_payments",
  {
    paymentId: text("payment_id").primaryKey(),
    organizationId: text("organization_id").notNull(),
    currency: text("currency").notNull(),
    received: integer("received").notNull(),
    recognized: integer("recognized").notNull(),
    deferred: integer("deferred").notNull(),
    refunded: integer("refunded").notNull(),
    entries: integer("entries").notNull(),
  },
  (table) => [
    index("lms_ledger_payments_deferred").on(table.paymentId).where(sql`deferred > 0`),
    check(
      "lms_ledger_payments_adds_up",
      sql`recognized + deferred + refunded = received AND recognized >= 0 AND deferred >= 0 AND refunded >= 0`,
    ),
  ],
);
