import { eq } from "drizzle-orm";
import { lmsCohorts } from "../src/cohorts/schema.ts";
import type { Capacity, Claim, Truth } from "../src/cohorts/seats.ts";
import type { Db } from "../src/kernel/statement.ts";

/** What D1 has to say of a cohort's capacity; its claims are the enrollment's statement. */
export const capacityStatement = (db: Db, cohortId: string) =>
  db
    .select({
      orgId: lmsCohorts.organizationId,
      capacity: lmsCohorts.capacity,
      cohortVersion: lmsCohorts.version,
    })
    .from(lmsCohorts)
    .where(eq(lmsCohorts.id, cohortId));

export type Answered = { cohort: Capacity & { orgId: string }; truth: Truth };

export const answered = (results: readonly unknown[], askedAt: number): Answered => {
  // SAFETY: the rows of the two statements above, in this order.
  const [[cohort], claims] = results as [Answered["cohort"][], Claim[]];
  if (!cohort) throw new Error("D1 has no such cohort");
  return { cohort, truth: { askedAt, claims } };
};
