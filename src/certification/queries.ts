import { eq, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { courseById } from "../catalog/statements.ts";
import { memberById } from "../identity/statements.ts";
import { refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { newestFirst, pageFault, pageInput, pageOf, pageOutput } from "../kernel/page.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { certificateAnswer, showCertificate, statusOf } from "./certificate.ts";
import { normalizedCode } from "./code.ts";
import { certificateReadBy, certificateReaders } from "./permissions.ts";
import { lmsCertificates } from "./schema.ts";
import { certificateById } from "./statements.ts";
import { certificateRender } from "./tasks.ts";

const READ_SECONDS = 300;

const listed = pageOutput(certificateAnswer);

export const certificatesList = query({
  type: "lms.certificates.list",
  summary: "One's own certificates, the newest first",
  input: z.strictObject(pageInput),
  output: listed,
  permission: { action: "certificate:list", any: EVERY_MEMBER },
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    rows: newestFirst(db, lmsCertificates, {
      orgId: actor.orgId,
      ask: input,
      filters: [eq(lmsCertificates.learnerId, actor.id)],
    }),
  }),
  answer: ({ rows }, { input, now }) =>
    pageOf(
      input,
      rows,
      (row) => [row.id],
      (row) => showCertificate(row, now),
    ),
});

export const adminCertificates = query({
  type: "lms.admin.certificates",
  summary: "All certificates of the organization, the newest first",
  input: z.strictObject(pageInput),
  output: listed,
  permission: { action: "certificate:list-all", any: ["lms-admin"] },
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    rows: newestFirst(db, lmsCertificates, { orgId: actor.orgId, ask: input }),
  }),
  answer: ({ rows }, { input, now }) =>
    pageOf(
      input,
      rows,
      (row) => [row.id],
      (row) => showCertificate(row, now),
    ),
});

const courseOf = (orgId: string, certificateId: string): SQL =>
  sql`(select course_id from lms_certificates
    where organization_id = ${orgId} and id = ${certificateId})`;

const certificateReads = (db: Db, orgId: string, certificateId: string) => ({
  certificate: found("Certificate", certificateById(db, orgId, certificateId)),
  course: found("Certificate", courseById(db, orgId, courseOf(orgId, certificateId))),
});

export const certificatesGet = query({
  type: "lms.certificates.get",
  summary: "A certificate",
  input: z.strictObject({ id }),
  output: certificateAnswer,
  permission: certificateReadBy,
  read: ({ db, input, actor }) => certificateReads(db, actor.orgId, input.id),
  own: certificateReaders,
  answer: ({ certificate }, { now }) => showCertificate(certificate, now),
});

export const certificatesDownload = query({
  type: "lms.certificates.download",
  summary: "Where the certificate's PDF can be fetched for the next five minutes",
  input: z.strictObject({ id }),
  output: z.object({
    url: z.string(),
    expiresAt: shownInstant,
    contentType: z.string(),
    fileName: z.string(),
  }),
  permission: certificateReadBy,
  refuses: ["NOT_READY"],
  read: ({ db, input, actor }) => certificateReads(db, actor.orgId, input.id),
  own: certificateReaders,
  answer: async ({ certificate }, { now, files, signedUrl, want }) => {
    const notReady = refuse("NOT_READY", "The document is being made; ask again in a moment", {
      retryAfterSeconds: 2,
    });
    const { documentKey } = certificate;
    if (documentKey === null) return notReady;
    const stored = await files.get(documentKey, { offset: 0, length: 1 });
    await stored?.body.cancel();
    if (!stored) {
      want(newTask(certificateRender, { subject: certificate.id, payload: {} }));
      return notReady;
    }
    const fileName = `${certificate.verificationCode}.pdf`;
    return {
      url: await signedUrl(documentKey, { seconds: READ_SECONDS, name: fileName }),
      expiresAt: iso(now + READ_SECONDS * 1_000),
      contentType: "application/pdf",
      fileName,
    };
  },
});

export const verification = z.object({
  valid: z.boolean(),
  status: z.enum(["valid", "expired", "revoked", "unknown"]),
  learnerName: z.string().nullable(),
  courseTitle: z.string().nullable(),
  issuedAt: shownInstant.nullable(),
  expiresAt: shownInstant.optional(),
});

const UNKNOWN = {
  valid: false,
  status: "unknown" as const,
  learnerName: null,
  courseTitle: null,
  issuedAt: null,
};

/** The certificate's organization, by the code alone. */
const ofCode = (column: "organization_id" | "course_id" | "learner_id", code: string): SQL =>
  sql`(select ${sql.identifier(column)} from lms_certificates where verification_code = ${code})`;

export const certificatesVerify = query({
  type: "lms.certificates.verify",
  summary: "Whether a certificate is genuine and holds, by its verification code",
  input: z.strictObject({ code: z.string().min(1).max(100) }),
  output: verification,
  permission: { action: "certificate:verify", public: true },
  anywhere: true,
  read: ({ db, input }) => {
    const code = normalizedCode(input.code) ?? "";
    return {
      certificate: maybe(
        db.select().from(lmsCertificates).where(eq(lmsCertificates.verificationCode, code)),
      ),
      course: maybe(courseById(db, ofCode("organization_id", code), ofCode("course_id", code))),
      learner: maybe(memberById(db, ofCode("organization_id", code), ofCode("learner_id", code))),
    };
  },
  answer: ({ certificate, course, learner }, { now }) => {
    if (!certificate) return UNKNOWN;
    const status = statusOf(certificate, now);
    return {
      valid: status === "valid",
      status,
      learnerName: learner?.displayName || null,
      courseTitle: course?.title ?? null,
      issuedAt: iso(certificate.issuedAt),
      ...(certificate.expiresAt === null ? {} : { expiresAt: iso(certificate.expiresAt) }),
    };
  },
});
