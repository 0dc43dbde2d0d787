import * as z from "zod";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import type { CertificateRow } from "./statements.ts";

export const certificateAnswer = z.object({
  id: z.string(),
  enrollmentId: z.string(),
  learnerId: z.string(),
  courseId: z.string(),
  verificationCode: z.string(),
  status: z.enum(["valid", "expired", "revoked"]),
  issuedAt: shownInstant,
  expiresAt: shownInstant.nullable(),
  documentReady: z.boolean(),
  revokedAt: shownInstant.nullable(),
  revokedReason: z.string().nullable(),
  version: z.int(),
});

export type CertificateStatus = "valid" | "expired" | "revoked";

export function statusOf(row: CertificateRow, now: number): CertificateStatus {
  if (row.revoked) return "revoked";
  return row.expiresAt !== null && row.expiresAt <= now ? "expired" : "valid";
}

export const showCertificate = (
  row: CertificateRow,
  now: number,
): z.infer<typeof certificateAnswer> => ({
  id: row.id,
  enrollmentId: row.enrollmentId,
  learnerId: row.learnerId,
  courseId: row.courseId,
  verificationCode: row.verificationCode,
  status: statusOf(row, now),
  issuedAt: iso(row.issuedAt),
  expiresAt: isoOrNull(row.expiresAt),
  documentReady: row.documentKey !== null,
  revokedAt: isoOrNull(row.revokedAt),
  revokedReason: row.revokedReason,
  version: row.version,
});
