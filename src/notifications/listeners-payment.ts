import { enrollmentById } from "../enrollment/statements.ts";
import { listener } from "../kernel/listener.ts";
import type { Money } from "../kernel/money.ts";
import { found } from "../kernel/statement.ts";
import { paymentHeld, paymentRefunded, paymentSucceeded } from "../payments/events.ts";
import { audienceToldByEvent, toldByEvent } from "./told-by-event.ts";

type Of = { paymentId: string; subjectId: string };
const aboutOf = ({ paymentId, subjectId }: Of, { courseId }: { courseId: string }) => ({
  paymentId,
  enrollmentId: subjectId,
  courseId,
});
const amountOf = ({ amount, currency }: Money) => ({ amount, currency });

export const tellReceipt = listener({
  name: "notifications.payment-receipt",
  on: [paymentSucceeded],
  read: ({ db, event }) => ({
    enrollment: found("Enrollment", enrollmentById(db, event.orgId, event.payload.subjectId)),
  }),
  decide: ({ enrollment }, { event }) => {
    const { learnerId, received, succeededAt } = event.payload;
    return toldByEvent("payment.receipt", event, {
      recipientId: learnerId,
      about: aboutOf(event.payload, enrollment),
      figures: { ...amountOf(received), paidAt: Date.parse(succeededAt) },
    });
  },
});

/** The mail of a refunded enrollment too: that its access has ended is read from its row. */
export const tellRefunded = listener({
  name: "notifications.payment-refunded",
  on: [paymentRefunded],
  read: ({ db, event }) => ({
    enrollment: found("Enrollment", enrollmentById(db, event.orgId, event.payload.subjectId)),
  }),
  decide: ({ enrollment }, { event }) => {
    const { learnerId, amount } = event.payload;
    return toldByEvent("payment.refunded", event, {
      recipientId: learnerId,
      about: aboutOf(event.payload, enrollment),
      figures: amountOf(amount),
    });
  },
});

/** Whoever may accept a payment or give it back. */
export const tellHeld = listener({
  name: "notifications.payment-held",
  on: [paymentHeld],
  read: ({ db, event }) => ({
    enrollment: found("Enrollment", enrollmentById(db, event.orgId, event.payload.subjectId)),
  }),
  decide: ({ enrollment }, { event }) =>
    audienceToldByEvent(
      "payment.held",
      event,
      { roles: ["lms-admin"] },
      { about: aboutOf(event.payload, enrollment) },
    ),
});
