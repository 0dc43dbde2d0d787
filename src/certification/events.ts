import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { shownInstant } from "../kernel/time.ts";

const certificate = {
  certificateId: z.string(),
  enrollmentId: z.string(),
  learnerId: z.string(),
  courseId: z.string(),
  verificationCode: z.string(),
};

export const certificateIssued = eventType(
  "certificate.issued",
  "certificate",
  z.object({ ...certificate, issuedAt: shownInstant, expiresAt: shownInstant.optional() }),
);
export const certificateRevoked = eventType(
  "certificate.revoked",
  "certificate",
  z.object({
    ...certificate,
    revokedReason: z.string().optional(),
    revokedBy: z.string(),
    revokedAt: shownInstant,
  }),
);

/** A notice: it changes no row, so it takes no number. */
export const certificateExpiring = eventType(
  "certificate.expiring",
  "certificate",
  z.object({ ...certificate, expiresAt: shownInstant, daysUntilExpiry: z.int() }),
);

export type CertificateExpiringPayload = PayloadOf<typeof certificateExpiring>;
export type CertificateIssuedPayload = PayloadOf<typeof certificateIssued>;
export type CertificateRevokedPayload = PayloadOf<typeof certificateRevoked>;
