import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { rootColumns } from "../kernel/columns.ts";

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
  },
  (table) => [
    index("lms_payments_by_subject").on(table.organizationId, table.subjectId, table.id),
    index("lms_payments_by_status").on(table.organizationId, table.status, table.id),
    check(
      "lms_payments_status",
      sql`status IN ('created', 'succeeded', 'held', 'failed', 'expired', 'partially-refunded', 'refunded', 'disputed')`,
    ),
    check("lms_payments_amount", sql`amount > 0 AND refunded_amount >= 0`),
  ],
);
