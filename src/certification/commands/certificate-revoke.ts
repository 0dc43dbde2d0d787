import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { certificateAnswer, showCertificate } from "../certificate.ts";
import { certificateRevoked } from "../events.ts";
import { certificateRevokeBy } from "../permissions.ts";
import { revoked } from "../revocation.ts";
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
    const { row, ...taken } = revoked(db, certificate, { reason: input.reason, by: actor.id }, now);
    return { answer: showCertificate(row, now), ...taken };
  },
});
