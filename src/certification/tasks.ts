import { and, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { courseById } from "../catalog/statements.ts";
import { fileById } from "../files/statements.ts";
import { memberById, organizationById } from "../identity/statements.ts";
import type { Files } from "../kernel/ports.ts";
import { found, maybe } from "../kernel/statement.ts";
import { step, taskKind } from "../kernel/task.ts";
import { noticesWanted } from "../notifications/statements.ts";
import { certificateDocument } from "./document.ts";
import { lmsCertificates } from "./schema.ts";
import { certificateById } from "./statements.ts";
import { type CertificateTemplate, certificateTemplate } from "./template.ts";

const LOGO_BYTES_MAX = 1024 * 1024;

export const documentKeyOf = (orgId: string, certificateId: string): string =>
  `${orgId}/certificates/${certificateId}.pdf`;

/** A column of the certificate's own row, for reads of the same batch. */
const ofCertificate = (column: "course_id" | "learner_id", orgId: string, certificateId: string) =>
  sql`(select ${sql.identifier(column)} from lms_certificates
    where organization_id = ${orgId} and id = ${certificateId})`;

/** The document into the bucket, under a key of the certificate's: done again it is the same. */
export const certificateRender = taskKind({
  kind: "certification.render",
  queue: "jobs",
  payload: z.strictObject({}),
  attemptsMax: 8,
  timeoutMs: 30_000,
  steps: {
    render: step({
      read: ({ db, orgId, subject }) => {
        const courseId = ofCertificate("course_id", orgId, subject);
        const logoId = sql`(select certificate_template ->> '$.logoFileId' from lms_courses
          where id = ${courseId})`;
        return {
          certificate: found("Certificate", certificateById(db, orgId, subject)),
          course: found("Course", courseById(db, orgId, courseId)),
          learner: found(
            "Learner",
            memberById(db, orgId, ofCertificate("learner_id", orgId, subject)),
          ),
          organization: found("Organization", organizationById(db, orgId)),
          logo: maybe(fileById(db, orgId, logoId)),
        };
      },
      run: async ({ certificate, course, learner, organization, logo }, { db, orgId, ports }) => {
        // An erased learner's documents are never made again.
        if (learner.displayName === null) return {};
        const { logoFileId: _, ...look } = course.certificateTemplate ?? {};
        const picture = logo && (await pictureOf(ports.files, logo.key));
        const document = await certificateDocument({
          template: picture ? { ...look, logo: picture } : look,
          learnerName: learner.displayName,
          courseTitle: course.title,
          issuedAt: certificate.issuedAt,
          ...(certificate.expiresAt === null ? {} : { expiresAt: certificate.expiresAt }),
          timeZone: learner.timeZone ?? "UTC",
          language: course.language,
          verificationCode: certificate.verificationCode,
          verifyUrl: `${ports.origin}/lms/verify/${certificate.verificationCode}`,
          issuerName: organization.name,
          fonts: ports.fonts,
        });
        const documentKey = documentKeyOf(orgId, certificate.id);
        await ports.files.put(documentKey, document, "application/pdf");
        return {
          writes: [
            db
              .update(lmsCertificates)
              .set({ documentKey })
              .where(
                and(
                  eq(lmsCertificates.id, certificate.id),
                  eq(lmsCertificates.organizationId, orgId),
                ),
              ),
          ],
          tasks: noticesWanted("certificate.issued", [
            {
              subject: certificate.id,
              recipientId: certificate.learnerId,
              about: { certificateId: certificate.id, courseId: certificate.courseId },
            },
          ]),
        };
      },
    }),
  },
});

/** A logo that is gone, too large or no picture leaves the certificate without one. */
async function pictureOf(files: Files, key: string): Promise<CertificateTemplate["logo"]> {
  const stored = await files.get(key);
  if (!stored || stored.size > LOGO_BYTES_MAX) return undefined;
  const bytes = new Uint8Array(await new Response(stored.body).arrayBuffer());
  const logo = certificateTemplate.shape.logo.safeParse({ bytes, contentType: stored.contentType });
  return logo.success ? logo.data : undefined;
}
