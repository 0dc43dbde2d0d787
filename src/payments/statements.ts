import { and, desc, eq, sql } from "drizzle-orm";
import { event, type NewEvent } from "../kernel/event.ts";
import { transition } from "../kernel/machine.ts";
import type { Money } from "../kernel/money.ts";
import { type Db, guard, isAnyOf, revise, type Statement } from "../kernel/statement.ts";
import type { NewTask } from "../kernel/task.ts";
import { iso } from "../kernel/time.ts";
import {
  paymentCreated,
  paymentExpired,
  paymentHeld,
  paymentRefundRequested,
  paymentSucceeded,
} from "./events.ts";
import { paymentMachine } from "./machine.ts";
import { lmsPayments } from "./schema.ts";
import { refundTask } from "./tasks.ts";

export type PaymentRow = typeof lmsPayments.$inferSelect;

export const paymentById = (db: Db, orgId: string, paymentId: string) =>
  db
    .select()
    .from(lmsPayments)
    .where(and(eq(lmsPayments.organizationId, orgId), eq(lmsPayments.id, paymentId)));

/** The status that what was received leads to, or why it cannot be taken down. */
export const receiving = (payment: PaymentRow, exact: boolean) =>
  transition(paymentMachine, payment.status, exact ? "succeed" : "hold");

/** An enrollment's payments, the newest first. */
export const paymentsOf = (db: Db, orgId: string, subjectId: string) =>
  db
    .select()
    .from(lmsPayments)
    .where(and(eq(lmsPayments.organizationId, orgId), eq(lmsPayments.subjectId, subjectId)))
    .orderBy(desc(lmsPayments.id));

/** What becomes of a payment, with the status it then has. */
export type PaymentWritten = {
  status: PaymentRow["status"];
  events: NewEvent[];
  writes: Statement[];
  tasks?: NewTask[];
};

export const aboutOf = (payment: PaymentRow) => ({
  paymentId: payment.id,
  subjectType: payment.subjectType,
  subjectId: payment.subjectId,
  learnerId: payment.learnerId,
  provider: payment.provider,
});

/** A payment asked for: an invoice that an admin marks as paid. */
export function paymentOpened(
  db: Db,
  about: { orgId: string; enrollmentId: string; learnerId: string; price: Money },
  { now, id }: { now: number; id: () => string },
): PaymentWritten & { payment: PaymentRow } {
  const payment: PaymentRow = {
    id: id(),
    organizationId: about.orgId,
    subjectType: "enrollment",
    subjectId: about.enrollmentId,
    learnerId: about.learnerId,
    provider: "manual",
    providerSessionId: null,
    providerPaymentId: null,
    checkoutUrl: null,
    expiresAt: null,
    couponId: null,
    amount: about.price.amount,
    currency: about.price.currency,
    receivedAmount: null,
    receivedCurrency: null,
    status: "created",
    refundRequestedAmount: 0,
    refundedAmount: 0,
    refundReason: null,
    appliedAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  const payload = { ...aboutOf(payment), amount: about.price, createdAt: iso(now) };
  return {
    payment,
    status: payment.status,
    events: [event(paymentCreated, { id: payment.id, version: 0 }, payload)],
    writes: [db.insert(lmsPayments).values(payment)],
  };
}

type Received = { received: Money; providerPaymentId: string | undefined };

const receivedColumns = ({ received, providerPaymentId }: Received) => ({
  receivedAmount: received.amount,
  receivedCurrency: received.currency,
  ...(providerPaymentId === undefined ? {} : { providerPaymentId }),
});

/** Received for what it was asked for: it opens the access in the same batch. */
export const paymentReceived = (
  db: Db,
  payment: PaymentRow,
  what: Received,
  now: number,
): PaymentWritten => ({
  status: "succeeded",
  events: [
    event(paymentSucceeded, payment, {
      ...aboutOf(payment),
      received: what.received,
      succeededAt: iso(now),
    }),
  ],
  writes: [
    revise(
      db,
      lmsPayments,
      payment,
      { status: "succeeded", ...receivedColumns(what), appliedAt: now },
      { now },
    ),
  ],
});

export const paymentPutOnHold = (
  db: Db,
  payment: PaymentRow,
  what: Received,
  now: number,
): PaymentWritten => ({
  status: "held",
  events: [
    event(paymentHeld, payment, {
      ...aboutOf(payment),
      amount: { amount: payment.amount, currency: payment.currency },
      received: what.received,
      heldAt: iso(now),
    }),
  ],
  writes: [revise(db, lmsPayments, payment, { status: "held", ...receivedColumns(what) }, { now })],
});

/** Money that came for what cannot be had any more: taken down as received, and asked back whole. */
export function paymentReceivedInVain(
  db: Db,
  payment: PaymentRow,
  what: Received,
  now: number,
): PaymentWritten {
  const succeeded = paymentReceived(db, payment, what, now);
  const requested = {
    ...aboutOf(payment),
    amount: what.received,
    requestedAt: iso(now),
  };
  return {
    status: "succeeded",
    events: [...succeeded.events, event(paymentRefundRequested, payment, requested)],
    writes: [
      revise(
        db,
        lmsPayments,
        payment,
        {
          status: "succeeded",
          ...receivedColumns(what),
          refundRequestedAmount: what.received.amount,
        },
        { now, events: 2 },
      ),
    ],
    tasks: [refundTask(payment, what.received)],
  };
}

const HOLDING: readonly PaymentRow["status"][] = ["succeeded", "held", "partially-refunded"];

/** A payment's money in minor units; what is held is nobody's yet. */
export const amountsOf = (payment: PaymentRow) => ({
  received: payment.status === "held" ? 0 : (payment.receivedAmount ?? 0),
  refunded: payment.refundedAmount,
  requested: payment.refundRequestedAmount,
});

/** What may still be asked back, in minor units of what was received. */
export const refundable = (payment: PaymentRow): number =>
  HOLDING.includes(payment.status)
    ? (payment.receivedAmount ?? 0) - payment.refundedAmount - payment.refundRequestedAmount
    : 0;

/** Some of what was received is asked back; its task gives it. */
export const refundRequested = (
  db: Db,
  payment: PaymentRow,
  { amount, reason }: { amount: Money; reason: string | undefined },
  now: number,
): PaymentWritten => ({
  status: payment.status,
  events: [
    event(paymentRefundRequested, payment, {
      ...aboutOf(payment),
      amount,
      requestedAt: iso(now),
    }),
  ],
  writes: [
    revise(
      db,
      lmsPayments,
      payment,
      {
        refundRequestedAmount: payment.refundRequestedAmount + amount.amount,
        ...(reason === undefined ? {} : { refundReason: reason }),
      },
      { now },
    ),
  ],
  tasks: [refundTask(payment, amount)],
});

/** Fails the batch where an enrollment has been asked to pay meanwhile. */
export const whileNothingAsked = (db: Db, orgId: string, subjectId: string): Statement =>
  guard(
    db,
    sql`not exists (select 1 from lms_payments where organization_id = ${orgId}
      and subject_id = ${subjectId} and status in ('created', 'held'))`,
  );

/** Of an enrollment's payments those still asked for: with the enrollment they are so no more. */
export function paymentsWithdrawn(
  db: Db,
  payments: readonly PaymentRow[],
  now: number,
): Pick<PaymentWritten, "events" | "writes"> {
  const open = payments.filter((payment) => payment.status === "created");
  return {
    events: open.map((payment) =>
      event(paymentExpired, payment, { ...aboutOf(payment), expiredAt: iso(now) }),
    ),
    writes: open.map((payment) =>
      revise(db, lmsPayments, payment, { status: "expired", expiresAt: now }, { now }),
    ),
  };
}

export const paymentsAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({
      id: lmsPayments.id,
      subjectId: lmsPayments.subjectId,
      amount: lmsPayments.amount,
      currency: lmsPayments.currency,
      receivedAmount: lmsPayments.receivedAmount,
      receivedCurrency: lmsPayments.receivedCurrency,
    })
    .from(lmsPayments)
    .where(and(eq(lmsPayments.organizationId, orgId), isAnyOf(lmsPayments.id, ids)));
