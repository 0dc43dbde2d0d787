import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { iso } from "../../kernel/time.ts";
import { certificateAnswer, showCertificate } from "../certificate.ts";
import { certificateRevoked } from "../events.ts";
import { certificateRevokeBy } from "../permissions.ts";
import { lmsCertificates } from "../schema.ts";
import { certificateById } from "../statements.ts";

export const certificateRevoke = command({
  type: "lms.certificate.revoke",
  summary: "Revoke a certificate, with the reason",
  input: z.strictObject({ certificateId: id, reason: prose(2_000) }),
  output: certificateAnswer,
  permission: certificateRevokeBy,
  emits: [certificateRevoked],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    certificate: found("Certificate", certificateById(db, actor.orgId, input.certificateId)),
  }),
  decide: ({ certificate }, { db, input, actor, now }) => {
    if (certificate.revoked) {
      return refuse("INVALID_TRANSITION", "This certificate is revoked already");
    }
    const set = {
      revoked: true,
      revokedReason: input.reason,
      revokedBy: actor.id,
      revokedAt: now,
    };
    return {
      answer: showCertificate({ ...certificate, ...set, version: certificate.version + 1 }, now),
      events: [
        event(certificateRevoked, certificate, {
          certificateId: certificate.id,
          enrollmentId: certificate.enrollmentId,
          learnerId: certificate.learnerId,
          courseId: certificate.courseId,
          verificationCode: certificate.verificationCode,
          revokedBy: actor.id,
          revokedAt: iso(now),
        }),
      ],
      writes: [revise(db, lmsCertificates, certificate, set, { now })],
    };
  },
});
