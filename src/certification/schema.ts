import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { rootColumns } from "../kernel/columns.ts";

export const lmsCertificates = sqliteTable(
  "lms_certificates",
  {
    ...rootColumns,
    enrollmentId: text("enrollment_id").notNull(),
    learnerId: text("learner_id").notNull(),
    courseId: text("course_id").notNull(),
    verificationCode: text("verification_code").notNull(),
    issuedAt: integer("issued_at").notNull(),
    expiresAt: integer("expires_at"),
    documentKey: text("document_key"),
    revoked: integer("revoked", { mode: "boolean" }).notNull().default(false),
    revokedReason: text("revoked_reason"),
    revokedBy: text("revoked_by"),
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    uniqueIndex("lms_certificates_code").on(table.verificationCode),
    uniqueIndex("lms_certificates_enrollment").on(table.enrollmentId).where(sql`revoked = 0`),
    index("lms_certificates_by_learner").on(table.organizationId, table.learnerId, table.id),
    index("lms_certificates_all").on(table.organizationId, table.id),
    index("lms_certificates_expiring").on(table.expiresAt, table.id).where(sql`revoked = 0`),
  ],
);
