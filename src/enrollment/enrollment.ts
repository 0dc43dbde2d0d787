import * as z from "zod";
import { money } from "../kernel/money.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { ENROLLMENT_STATUSES } from "./schema.ts";
import type { EnrollmentRow } from "./statements.ts";

export const enrollmentAnswer = z.object({
  id: z.string(),
  learnerId: z.string(),
  courseId: z.string(),
  cohortId: z.string().nullable(),
  status: z.enum(ENROLLMENT_STATUSES),
  pricePaid: money.describe("What the enrollment costs, or cost"),
  completionPct: z.number(),
  enrolledAt: shownInstant,
  activatedAt: shownInstant.nullable(),
  completedAt: shownInstant.nullable(),
  expiresAt: shownInstant.nullable(),
  cancelledAt: shownInstant.nullable(),
  cancelReason: z.string().nullable(),
  seatUntil: shownInstant.nullable(),
  lastAccessedAt: shownInstant.nullable(),
  timeSpentSec: z.int(),
  source: z.string(),
  certificateId: z.string().nullable(),
  version: z.int(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
});

/** With the payment that it waits for. */
export const enrollmentWithPayment = enrollmentAnswer.extend({
  checkoutUrl: z.string().nullable(),
  payment: z
    .object({ id: z.string(), provider: z.string(), status: z.string(), amount: money })
    .nullable(),
});

export const showEnrollment = (row: EnrollmentRow): z.infer<typeof enrollmentAnswer> => ({
  id: row.id,
  learnerId: row.learnerId,
  courseId: row.courseId,
  cohortId: row.cohortId,
  status: row.status,
  pricePaid: { amount: row.pricePaidAmount, currency: row.pricePaidCurrency },
  completionPct: row.completionPct,
  enrolledAt: iso(row.enrolledAt),
  activatedAt: isoOrNull(row.activatedAt),
  completedAt: isoOrNull(row.completedAt),
  expiresAt: isoOrNull(row.expiresAt),
  cancelledAt: isoOrNull(row.cancelledAt),
  cancelReason: row.cancelReason,
  seatUntil: isoOrNull(row.seatUntil),
  lastAccessedAt: isoOrNull(row.lastAccessedAt),
  timeSpentSec: row.timeSpentSec,
  source: row.source,
  certificateId: row.certificateId,
  version: row.version,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

type PaymentShown = {
  id: string;
  provider: string;
  status: string;
  amount: number;
  currency: string;
  checkoutUrl: string | null;
};

export const showWithPayment = (
  row: EnrollmentRow,
  payment: PaymentShown | undefined,
): z.infer<typeof enrollmentWithPayment> => ({
  ...showEnrollment(row),
  checkoutUrl: payment?.checkoutUrl ?? null,
  payment: payment
    ? {
        id: payment.id,
        provider: payment.provider,
        status: payment.status,
        amount: { amount: payment.amount, currency: payment.currency },
      }
    : null,
});
