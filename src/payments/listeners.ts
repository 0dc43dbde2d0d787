import {
  enrollmentCancelled,
  enrollmentCompleted,
  enrollmentExpired,
  enrollmentRefunded,
} from "../enrollment/events.ts";
import type { EventType } from "../kernel/event.ts";
import { commandListener, listener } from "../kernel/listener.ts";
import { moduleCompleted } from "../learning/events.ts";
import { brought, readBooks } from "./bookkeeping.ts";
import { paymentRefunded, paymentSucceeded } from "./events.ts";

type About = { enrollmentId: string; moduleId?: string } | { subjectId: string };

const enrollmentIdIn = (about: About): string =>
  "subjectId" in about ? about.subjectId : about.enrollmentId;

/** Each takes the ledger from where it stands to what the rows say now, whichever of them comes first. */
const books = (name: string, on: readonly EventType<string, About>[]) =>
  listener({
    name,
    on,
    read: ({ db, event }) => readBooks(db, event.orgId, enrollmentIdIn(event.payload)),
    decide: (rows, { db, event: { payload, occurredAt }, now, id }) => {
      const moduleId = "moduleId" in payload ? payload.moduleId : undefined;
      const cause = moduleId === undefined ? { occurredAt } : { occurredAt, moduleId };
      return { writes: brought(rows, cause, { db, now, id }) };
    },
  });

/** A paid activation and the payment that makes it are one batch: the payment's event tells of both. */
export const receiptBooked = books("payments.ledger-receipt", [paymentSucceeded]);
export const portionBooked = books("payments.ledger-portion", [moduleCompleted]);
export const restBooked = books("payments.ledger-rest", [enrollmentCompleted, enrollmentExpired]);
export const refundBooked = books("payments.ledger-refund", [paymentRefunded]);
export const reversalBooked = books("payments.ledger-reversal", [enrollmentRefunded]);

/** Inside the window a cancellation gives the money back; refused where nothing was paid, or it is too late. */
export const refundOnCancel = commandListener({
  name: "payments.refund-on-cancel",
  on: [enrollmentCancelled],
  command: ({ payload: { enrollmentId, cancelledAt } }) => ({
    type: "lms.enrollment.refund",
    payload: { enrollmentId, withinWindowAt: cancelledAt },
  }),
});
