import * as z from "zod";
import { courseById } from "../../catalog/statements.ts";
import {
  certificateLinked,
  courseIdOfEnrollment,
  enrollmentById,
  whileCompleted,
} from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { DAY, iso } from "../../kernel/time.ts";
import { certificateAnswer, showCertificate } from "../certificate.ts";
import { verificationCode } from "../code.ts";
import { certificateIssued } from "../events.ts";
import { certificateIssueBy } from "../permissions.ts";
import { lmsCertificates } from "../schema.ts";
import { type CertificateRow, certificateOf } from "../statements.ts";

export const certificateCreate = command({
  type: "lms.certificate.create",
  summary: "Issue the certificate of a completed enrollment",
  input: z.strictObject({ enrollmentId: id }),
  output: certificateAnswer,
  statuses: [201],
  permission: certificateIssueBy,
  feature: "enableCertificates",
  emits: [certificateIssued],
  refuses: ["DUPLICATE", "INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.enrollmentId)),
    course: found("Course", courseById(db, actor.orgId, courseIdOfEnrollment(actor, input))),
    held: maybe(certificateOf(db, actor.orgId, input.enrollmentId)),
  }),
  decide: ({ enrollment, course, held }, { db, actor, now, id: newId, settings }) => {
    if (held) return refuse("DUPLICATE", "This enrollment has its certificate already");
    if (enrollment.status !== "completed") {
      return refuse(
        "INVALID_TRANSITION",
        `Enrollment must be completed for a certificate; it is ${enrollment.status}`,
      );
    }
    const { certificateExpiresAfterDays } = settings.defaults;
    const certificate: CertificateRow = {
      id: newId(),
      organizationId: actor.orgId,
      enrollmentId: enrollment.id,
      learnerId: enrollment.learnerId,
      courseId: course.id,
      verificationCode: verificationCode(actor.orgId, newId()),
      issuedAt: now,
      expiresAt:
        certificateExpiresAfterDays === null ? null : now + certificateExpiresAfterDays * DAY,
      documentKey: null,
      revoked: false,
      revokedReason: null,
      revokedBy: null,
      revokedAt: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    return {
      answer: showCertificate(certificate, now),
      events: [
        event(
          certificateIssued,
          { id: certificate.id, version: 0 },
          {
            certificateId: certificate.id,
            enrollmentId: enrollment.id,
            learnerId: enrollment.learnerId,
            courseId: course.id,
            verificationCode: certificate.verificationCode,
            issuedAt: iso(now),
            ...(certificate.expiresAt === null ? {} : { expiresAt: iso(certificate.expiresAt) }),
          },
        ),
      ],
      writes: [
        whileCompleted(db, enrollment),
        db.insert(lmsCertificates).values(certificate),
        certificateLinked(db, enrollment, certificate.id),
      ],
    };
  },
});
