import { and, eq, type SQL } from "drizzle-orm";
import { present } from "../kernel/columns.ts";
import type { Db } from "../kernel/statement.ts";
import { lmsCohorts } from "./schema.ts";

export type CohortRow = typeof lmsCohorts.$inferSelect;

/** States in which a cohort takes learners and sessions. */
export const OPEN_STATUSES = ["scheduled", "active"] as const;

export const isOpenCohort = ({ status }: Pick<CohortRow, "status">): boolean =>
  status === "scheduled" || status === "active";

export const cohortById = (db: Db, orgId: string | SQL, cohortId: string | SQL) =>
  db
    .select()
    .from(lmsCohorts)
    .where(and(present(lmsCohorts, orgId), eq(lmsCohorts.id, cohortId)));
