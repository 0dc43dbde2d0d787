import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { money } from "../kernel/money.ts";
import { shownInstant } from "../kernel/time.ts";

const payment = {
  paymentId: z.string(),
  subjectType: z.enum(["enrollment", "path-enrollment"]),
  subjectId: z.string(),
  learnerId: z.string(),
  provider: z.string(),
};

export const paymentCreated = eventType(
  "payment.created",
  "payment",
  z.object({ ...payment, amount: money, createdAt: shownInstant }),
);
export const paymentSucceeded = eventType(
  "payment.succeeded",
  "payment",
  z.object({ ...payment, received: money, succeededAt: shownInstant }),
);
/** What came is not what was asked: an admin decides. */
export const paymentHeld = eventType(
  "payment.held",
  "payment",
  z.object({ ...payment, amount: money, received: money, heldAt: shownInstant }),
);
export const paymentRefundRequested = eventType(
  "payment.refund-requested",
  "payment",
  z.object({ ...payment, amount: money, requestedAt: shownInstant }),
);
/** `amount` went back now, `refunded` in all. */
export const paymentRefunded = eventType(
  "payment.refunded",
  "payment",
  z.object({ ...payment, amount: money, refunded: money, refundedAt: shownInstant }),
);
/** No longer asked for; money that comes all the same is given back. */
export const paymentExpired = eventType(
  "payment.expired",
  "payment",
  z.object({ ...payment, expiredAt: shownInstant }),
);

export type PaymentCreatedPayload = PayloadOf<typeof paymentCreated>;
export type PaymentSucceededPayload = PayloadOf<typeof paymentSucceeded>;
export type PaymentHeldPayload = PayloadOf<typeof paymentHeld>;
export type PaymentRefundRequestedPayload = PayloadOf<typeof paymentRefundRequested>;
export type PaymentRefundedPayload = PayloadOf<typeof paymentRefunded>;
export type PaymentExpiredPayload = PayloadOf<typeof paymentExpired>;
