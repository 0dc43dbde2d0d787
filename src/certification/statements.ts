import { and, eq } from "drizzle-orm";
import type { Db } from "../kernel/statement.ts";
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
