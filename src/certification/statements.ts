import { and, desc, eq } from "drizzle-orm";
import { type Db, isAnyOf } from "../kernel/statement.ts";
import { lmsCertificates } from "./schema.ts";

export type CertificateRow = typeof lmsCertificates.$inferSelect;

export const certificateById = (db: Db, orgId: string, certificateId: string) =>
  db
    .select()
    .from(lmsCertificates)
    .where(and(eq(lmsCertificates.organizationId, orgId), eq(lmsCertificates.id, certificateId)));

/** The one that holds now. */
export const certificateOf = (db: Db, orgId: string, enrollmentId: string) =>
  db
    .select()
    .from(lmsCertificates)
    .where(
      and(
        eq(lmsCertificates.organizationId, orgId),
        eq(lmsCertificates.enrollmentId, enrollmentId),
        eq(lmsCertificates.revoked, false),
      ),
    );

/** A learner's newest that are not revoked. */
export const certificatesHeldBy = (db: Db, orgId: string, learnerId: string, limit: number) =>
  db
    .select()
    .from(lmsCertificates)
    .where(
      and(
        eq(lmsCertificates.organizationId, orgId),
        eq(lmsCertificates.learnerId, learnerId),
        eq(lmsCertificates.revoked, false),
      ),
    )
    .orderBy(desc(lmsCertificates.id))
    .limit(limit);

export const certificatesAmong = (db: Db, orgId: string, ids: readonly string[]) =>
  db
    .select({
      id: lmsCertificates.id,
      verificationCode: lmsCertificates.verificationCode,
      expiresAt: lmsCertificates.expiresAt,
      revoked: lmsCertificates.revoked,
      revokedReason: lmsCertificates.revokedReason,
    })
    .from(lmsCertificates)
    .where(and(eq(lmsCertificates.organizationId, orgId), isAnyOf(lmsCertificates.id, ids)));
