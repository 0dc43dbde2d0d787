import { event } from "../kernel/event.ts";
import { type Db, revise } from "../kernel/statement.ts";
import { iso } from "../kernel/time.ts";
import { certificateRevoked } from "./events.ts";
import { lmsCertificates } from "./schema.ts";
import type { CertificateRow } from "./statements.ts";

/** A certificate taken back; the reason stays in its row. */
export function revoked(
  db: Db,
  certificate: CertificateRow,
  { reason, by }: { reason: string; by: string },
  now: number,
) {
  const set = { revoked: true, revokedReason: reason, revokedBy: by, revokedAt: now };
  return {
    row: { ...certificate, ...set, version: certificate.version + 1 },
    events: [
      event(certificateRevoked, certificate, {
        certificateId: certificate.id,
        enrollmentId: certificate.enrollmentId,
        learnerId: certificate.learnerId,
        courseId: certificate.courseId,
        verificationCode: certificate.verificationCode,
        revokedBy: by,
        revokedAt: iso(now),
      }),
    ],
    writes: [revise(db, lmsCertificates, certificate, set, { now })],
  };
}
