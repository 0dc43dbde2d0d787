import { eq } from "drizzle-orm";
import { lmsCohorts } from "../src/cohorts/schema.ts";
import type { Capacity, Claim, Truth, Waiter } from "../src/cohorts/seats.ts";
import { isOpenCohort, waitersIn } from "../src/cohorts/statements.ts";
import { nextTurnAt } from "../src/cohorts/turning.ts";
import { seatClaims } from "../src/enrollment/statements.ts";
import type { Db, Statement } from "../src/kernel/statement.ts";

const cohortStatement = (db: Db, cohortId: string) =>
  db
    .select({
      orgId: lmsCohorts.organizationId,
      courseId: lmsCohorts.courseId,
      capacity: lmsCohorts.capacity,
      version: lmsCohorts.version,
      status: lmsCohorts.status,
      startDate: lmsCohorts.startDate,
      endDate: lmsCohorts.endDate,
      timezone: lmsCohorts.timezone,
    })
    .from(lmsCohorts)
    .where(eq(lmsCohorts.id, cohortId));
type CohortRow = Awaited<ReturnType<typeof cohortStatement>>[number];

/** A cohort as D1 has it; `turnAt` is when the calendar asks something of it next. */
export type CohortTruth = Capacity & {
  orgId: string;
  courseId: string;
  open: boolean;
  turnAt: number | null;
  row: CohortRow;
};
export type Answered = { cohort: CohortTruth; truth: Truth };

type About = { askedAt: number; learnerIds?: readonly string[] };

/** What D1 has to say of a cohort, of its seats and of those who wait: of the learners named, or of all. */
export const truthStatements = (db: Db, cohortId: string, about: About): Statement[] => [
  cohortStatement(db, cohortId),
  seatClaims(db, cohortId, about),
  waitersIn(db, cohortId, about.learnerIds),
];

export const answered = (results: readonly unknown[], askedAt: number): Answered => {
  // SAFETY: the rows of the three statements above, in this order.
  const [[row], claims, waiters] = results as [CohortRow[], Claim[], Waiter[]];
  if (!row) throw new Error("D1 has no such cohort");
  const { orgId, courseId, capacity, version } = row;
  const cohort = {
    ...{ orgId, courseId, capacity, cohortVersion: version, row },
    open: isOpenCohort(row),
    turnAt: nextTurnAt(row),
  };
  return { cohort, truth: { askedAt, claims, waiters } };
};
