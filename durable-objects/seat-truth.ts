import { and, eq, gt, inArray, or, sql } from "drizzle-orm";
import { lmsCohorts } from "../src/cohorts/schema.ts";
import type { Capacity, Claim, Truth } from "../src/cohorts/seats.ts";
import { lmsEnrollments } from "../src/enrollment/schema.ts";
import type { Db } from "../src/kernel/statement.ts";

/** What D1 has to say about a cohort, as statements for one batch. */
export const capacityStatement = (db: Db, cohortId: string) =>
  db
    .select({
      orgId: lmsCohorts.organizationId,
      capacity: lmsCohorts.capacity,
      cohortVersion: lmsCohorts.version,
    })
    .from(lmsCohorts)
    .where(eq(lmsCohorts.id, cohortId));

/** The enrollments that keep a seat at `askedAt`: of the learners named, or of all. */
export const claimsStatement = (
  db: Db,
  cohortId: string,
  { askedAt, learnerIds }: { askedAt: number; learnerIds?: readonly string[] },
) =>
  db
    .select({
      learnerId: lmsEnrollments.learnerId,
      enrollmentId: lmsEnrollments.id,
      seatUntil: sql<number | null>`iif(status = 'pending-payment', seat_until, null)`,
    })
    .from(lmsEnrollments)
    .where(
      and(
        eq(lmsEnrollments.cohortId, cohortId),
        learnerIds === undefined
          ? undefined
          : sql`learner_id in (select value from json_each(${JSON.stringify(learnerIds)}))`,
        or(
          inArray(lmsEnrollments.status, ["active", "completed"]),
          and(eq(lmsEnrollments.status, "pending-payment"), gt(lmsEnrollments.seatUntil, askedAt)),
        ),
      ),
    );

export type Answered = { cohort: Capacity & { orgId: string }; truth: Truth };

export const answered = (results: readonly unknown[], askedAt: number): Answered => {
  // SAFETY: the rows of the two statements above, in this order.
  const [[cohort], claims] = results as [Answered["cohort"][], Claim[]];
  if (!cohort) throw new Error("D1 has no such cohort");
  return { cohort, truth: { askedAt, claims } };
};
