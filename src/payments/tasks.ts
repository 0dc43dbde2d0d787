import { and, eq, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { countEnrolled } from "../catalog/statements.ts";
import {
  type EnrollmentRow,
  enrollmentById,
  enrollmentMoved,
  isCounted,
  refunded,
} from "../enrollment/statements.ts";
import { isRefusal } from "../kernel/error.ts";
import { event, type NewEvent } from "../kernel/event.ts";
import { transition } from "../kernel/machine.ts";
import { type Money, money } from "../kernel/money.ts";
import { type Db, found, maybe, revise, type Statement } from "../kernel/statement.ts";
import { type NewTask, newTask, step, taskKind } from "../kernel/task.ts";
import { iso, SECOND } from "../kernel/time.ts";
import { paymentRefunded } from "./events.ts";
import { paymentMachine } from "./machine.ts";
import { lmsPayments } from "./schema.ts";

type PaymentRow = typeof lmsPayments.$inferSelect;

const payload = z.strictObject({ amount: money });

const ofPayment = (column: "subject_id", orgId: string, paymentId: string): SQL =>
  sql`(select ${sql.identifier(column)} from lms_payments
    where organization_id = ${orgId} and id = ${paymentId})`;

const wherePayment = (orgId: string, paymentId: string) =>
  and(eq(lmsPayments.organizationId, orgId), eq(lmsPayments.id, paymentId));

/** A manual payment goes back outside Lyceum: writing it down is the whole of it, in the step's own batch. */
const record = step({
  read: ({
    db,
    orgId,
    subject,
  }: {
    db: Db;
    payload: { amount: Money };
    orgId: string;
    subject: string;
  }) => ({
    payment: found("Payment", db.select().from(lmsPayments).where(wherePayment(orgId, subject))),
    enrollment: maybe(enrollmentById(db, orgId, ofPayment("subject_id", orgId, subject))),
  }),
  run: async ({ payment, enrollment }, { db, payload: { amount }, now }) => {
    const back = givenBack(db, payment, amount, now);
    if (!back) return {};
    const ended = enrollment ? accessEnded(db, enrollment, back.payment, now) : undefined;
    return {
      events: [...back.events, ...(ended?.events ?? [])],
      writes: [...back.writes, ...(ended?.writes ?? [])],
    };
  },
});

/** Gives back what was asked for; a task that dies releases its request. */
export const paymentRefund = taskKind({
  kind: "payments.refund",
  queue: "jobs",
  payload,
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: { record },
  death: ({ db, orgId, subject, payload: { amount }, now }) => [
    db
      .update(lmsPayments)
      .set({
        refundRequestedAmount: sql`max(0, ${lmsPayments.refundRequestedAmount} - ${amount.amount})`,
        updatedAt: now,
      })
      .where(wherePayment(orgId, subject)),
  ],
});

export const refundTask = (payment: Pick<PaymentRow, "id">, amount: Money): NewTask =>
  newTask(paymentRefund, { subject: payment.id, payload: { amount } });

type Back = { payment: PaymentRow; events: NewEvent[]; writes: Statement[] };

/**
 * The payment with so much less in it; nothing where a request was released by a death and others have taken
 * what was left.
 */
function givenBack(db: Db, payment: PaymentRow, amount: Money, now: number): Back | undefined {
  const received = payment.receivedAmount ?? 0;
  const requested = Math.max(0, payment.refundRequestedAmount - amount.amount);
  const refundedAmount = payment.refundedAmount + amount.amount;
  if (refundedAmount + requested > received) return undefined;
  const act = refundedAmount === received ? "refund" : "refund-part";
  const next = transition(paymentMachine, payment.status, act);
  if (isRefusal(next)) throw new Error(next.detail);
  const set = { status: next.to, refundedAmount, refundRequestedAmount: requested };
  return {
    payment: { ...payment, ...set },
    events: [
      event(paymentRefunded, payment, {
        paymentId: payment.id,
        subjectType: payment.subjectType,
        subjectId: payment.subjectId,
        learnerId: payment.learnerId,
        provider: payment.provider,
        amount,
        refunded: { amount: refundedAmount, currency: amount.currency },
        refundedAt: iso(now),
      }),
    ],
    writes: [revise(db, lmsPayments, payment, set, { now })],
  };
}

/** With all of the money its access goes back too; an access that another payment opened stays. */
function accessEnded(db: Db, enrollment: EnrollmentRow, payment: PaymentRow, now: number) {
  const opened = payment.appliedAt === null || payment.appliedAt === enrollment.activatedAt;
  const inVain = payment.appliedAt === null && enrollment.status !== "cancelled";
  if (payment.status !== "refunded" || !opened || inVain) return undefined;
  const amount = {
    amount: payment.refundedAmount,
    currency: payment.receivedCurrency ?? payment.currency,
  };
  const moved = refunded(enrollment, { amount, paymentId: payment.id }, now);
  if (isRefusal(moved)) return undefined;
  return {
    events: moved.events,
    writes: [
      enrollmentMoved(db, enrollment, moved, now),
      ...(isCounted(enrollment)
        ? [countEnrolled(db, enrollment.organizationId, enrollment.courseId, -1)]
        : []),
    ],
  };
}
