import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { money } from "../kernel/money.ts";
import { shownInstant } from "../kernel/time.ts";

const ids = { enrollmentId: z.string(), learnerId: z.string(), courseId: z.string() };
const withCohort = { ...ids, cohortId: z.string().optional() };

export const enrollmentCreated = eventType(
  "enrollment.created",
  "enrollment",
  z.object({ ...withCohort, status: z.string(), pricePaid: money }),
);
export const enrollmentReactivated = eventType(
  "enrollment.reactivated",
  "enrollment",
  z.object({ ...withCohort, status: z.string(), pricePaid: money }),
);
export const enrollmentActivated = eventType(
  "enrollment.activated",
  "enrollment",
  z.object({ ...withCohort, activatedAt: shownInstant }),
);
export const enrollmentCompleted = eventType(
  "enrollment.completed",
  "enrollment",
  z.object({
    ...ids,
    completionPct: z.number(),
    completedAt: shownInstant,
    certificateId: z.string().optional(),
  }),
);
export const enrollmentExpired = eventType(
  "enrollment.expired",
  "enrollment",
  z.object({ ...ids, expiredAt: shownInstant }),
);
export const enrollmentCancelled = eventType(
  "enrollment.cancelled",
  "enrollment",
  z.object({
    ...ids,
    cohortId: z.string().optional(),
    cancelledAt: shownInstant,
    reason: z.string().optional(),
  }),
);
export const enrollmentRefunded = eventType(
  "enrollment.refunded",
  "enrollment",
  z.object({
    ...ids,
    refundAmount: money,
    refundedAt: shownInstant,
    paymentId: z.string().optional(),
  }),
);
/** Into another cohort of its course; `fromCohortId` is absent where it was in none. */
export const enrollmentMovedCohort = eventType(
  "enrollment.moved",
  "enrollment",
  z.object({
    ...ids,
    cohortId: z.string(),
    fromCohortId: z.string().optional(),
    movedAt: shownInstant,
  }),
);

export type EnrollmentCreatedPayload = PayloadOf<typeof enrollmentCreated>;
export type EnrollmentActivatedPayload = PayloadOf<typeof enrollmentActivated>;
export type EnrollmentCompletedPayload = PayloadOf<typeof enrollmentCompleted>;
export type EnrollmentExpiredPayload = PayloadOf<typeof enrollmentExpired>;
export type EnrollmentCancelledPayload = PayloadOf<typeof enrollmentCancelled>;
export type EnrollmentRefundedPayload = PayloadOf<typeof enrollmentRefunded>;
export type EnrollmentMovedPayload = PayloadOf<typeof enrollmentMovedCohort>;
