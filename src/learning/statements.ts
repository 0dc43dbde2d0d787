import { and, eq, type SQL } from "drizzle-orm";
import type { Db } from "../kernel/statement.ts";
import { lmsModuleProgress, lmsSectionProgress } from "./schema.ts";

export type ModuleProgressRow = typeof lmsModuleProgress.$inferSelect;
export type SectionProgressRow = typeof lmsSectionProgress.$inferSelect;

export { completionOf } from "./completion.ts";

export const moduleProgressOf = (db: Db, orgId: string, enrollmentId: string | SQL) =>
  db
    .select()
    .from(lmsModuleProgress)
    .where(
      and(
        eq(lmsModuleProgress.organizationId, orgId),
        eq(lmsModuleProgress.enrollmentId, enrollmentId),
      ),
    );

export const sectionProgressOf = (db: Db, orgId: string, enrollmentId: string | SQL) =>
  db
    .select()
    .from(lmsSectionProgress)
    .where(
      and(
        eq(lmsSectionProgress.organizationId, orgId),
        eq(lmsSectionProgress.enrollmentId, enrollmentId),
      ),
    );
