import { and, asc, getTableColumns, gt, lte, sql } from "drizzle-orm";
import { afterPosition, type Position } from "../kernel/page.ts";
import type { Db } from "../kernel/statement.ts";
import { FIRST_WARNING_MS, warningDueAt } from "../kernel/warning.ts";
import { isTriggered } from "../notifications/statements.ts";
import { lmsCertificates } from "./schema.ts";

/** Those of all organizations that hold and expire within 30 days, and whether their learner is told. */
export const certificatesEnding = (
  db: Db,
  { now, cursor, limit }: { now: number; cursor: Position | null; limit: number },
) =>
  db
    .select({
      ...getTableColumns(lmsCertificates),
      isPulled: isTriggered(sql`lms_certificates.organization_id`, {
        kind: "certificate.expiring",
        subject: sql`lms_certificates.id`,
        threshold: warningDueAt(sql`lms_certificates.expires_at`, now),
        dueAt: sql`lms_certificates.expires_at`,
      })
        .mapWith(Boolean)
        .as("is_pulled"),
    })
    .from(lmsCertificates)
    .where(
      and(
        sql`revoked = 0`,
        lte(lmsCertificates.expiresAt, now + FIRST_WARNING_MS),
        afterPosition(cursor, [lmsCertificates.expiresAt, lmsCertificates.id]) ??
          gt(lmsCertificates.expiresAt, now),
      ),
    )
    .orderBy(asc(lmsCertificates.expiresAt), asc(lmsCertificates.id))
    .limit(limit);
