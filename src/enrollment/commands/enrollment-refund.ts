import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { money } from "../../kernel/money.ts";
import { breaks } from "../../kernel/rule.ts";
import { found } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { DAY, instant } from "../../kernel/time.ts";
import { paymentRefundRequested } from "../../payments/events.ts";
import {
  type PaymentRow,
  paymentsOf,
  refundable,
  refundRequested,
} from "../../payments/statements.ts";
import { enrollmentWithPayment, showWithPayment } from "../enrollment.ts";
import { enrollmentRefundBy } from "../permissions.ts";
import { refundWithinWindow } from "../rules.ts";
import { type EnrollmentRow, enrollmentById } from "../statements.ts";

export const enrollmentRefund = command({
  type: "lms.enrollment.refund",
  summary: "Give back what was paid for an enrollment; with all of it the access ends",
  input: z.strictObject({
    enrollmentId: id,
    amount: money.optional().describe("All that is left, where absent"),
    reason: prose(2_000).optional(),
    withinWindowAt: instant
      .optional()
      .describe("Only where the refund window was open at this instant"),
  }),
  output: enrollmentWithPayment.extend({
    refund: z.object({ paymentId: z.string(), amount: money.describe("On its way back") }),
  }),
  statuses: [202],
  permission: enrollmentRefundBy,
  emits: [paymentRefundRequested],
  refuses: ["RULE_FAILED", "VALIDATION_FAILED"],
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.enrollmentId)),
    payments: paymentsOf(db, actor.orgId, input.enrollmentId),
  }),
  decide: ({ enrollment, payments }, { db, input, now, settings }) => {
    const before = input.withinWindowAt ?? Number.POSITIVE_INFINITY;
    const payment = payments.find((one) => one.createdAt < before && refundable(one) > 0);
    if (!payment) {
      return refuse("RULE_FAILED", "Nothing is left to give back of what was paid");
    }
    const { refundWindowDays } = settings.defaults;
    const late =
      input.withinWindowAt === undefined
        ? undefined
        : breaks(refundWithinWindow, {
            enrollment: {
              daysSinceEnrollment: daysBetween(enrollment, payment, input.withinWindowAt),
            },
            settings: { refundWindowDays },
          });
    const currency = payment.receivedCurrency ?? payment.currency;
    const amount = input.amount ?? { amount: refundable(payment), currency };
    const refusal = late ?? wrongAmount(payment, amount.amount, currency === amount.currency);
    if (refusal) return refusal;
    const requested = refundRequested(db, payment, { amount, reason: input.reason }, now);
    return {
      answer: {
        ...showWithPayment(enrollment, payment),
        refund: { paymentId: payment.id, amount },
      },
      events: requested.events,
      writes: requested.writes,
      tasks: requested.tasks ?? [],
    };
  },
});

/** Whole days. A payment of an access before the present one was asked for when that one began. */
const daysBetween = (enrollment: EnrollmentRow, payment: PaymentRow, at: number): number =>
  Math.floor((at - Math.min(enrollment.enrolledAt, payment.createdAt)) / DAY);

function wrongAmount(payment: PaymentRow, amount: number, sameCurrency: boolean) {
  const most = refundable(payment);
  const currency = payment.receivedCurrency ?? payment.currency;
  if (!sameCurrency || amount === 0) {
    const message = amount === 0 ? "More than 0" : `It was paid in ${currency}`;
    const path = amount === 0 ? "amount.amount" : "amount.currency";
    return refuse("VALIDATION_FAILED", "Correct amount", { errors: [{ path, message }] });
  }
  if (amount > most) {
    return refuse("RULE_FAILED", `At most ${most} ${currency} in minor units may go back`, {
      more: { refundable: { amount: most, currency } },
    });
  }
  return payment.status === "held" && amount < most
    ? refuse("RULE_FAILED", "A held payment goes back whole")
    : undefined;
}
