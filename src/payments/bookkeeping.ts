import { and, asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import { moduleOutlineOf } from "../catalog/statements.ts";
import { isCompletedCohort } from "../cohorts/statements.ts";
import {
  courseIdOfEnrollment,
  type EnrollmentRow,
  enrollmentById,
  isAccessOver,
  ofEnrollment,
} from "../enrollment/statements.ts";
import { systemActor } from "../kernel/permission.ts";
import { type Db, guard, maybe, type Statement } from "../kernel/statement.ts";
import { completionOf, moduleProgressOf } from "../learning/statements.ts";
import { after, earnedOf, entriesOf, type Standing } from "./ledger.ts";
import { lmsLedgerEntries, lmsLedgerPayments, lmsPayments } from "./schema.ts";
import { amountsOf, type PaymentRow } from "./statements.ts";

const { received, recognized, deferred, refunded, entries } = getTableColumns(lmsLedgerPayments);
const standing = { received, recognized, deferred, refunded, entries };

/** Payments with where each stands in the ledger: null in every column while it has no entry. */
export const paymentsWithStanding = (db: Db) =>
  db
    .select({ ...getTableColumns(lmsPayments), ...standing })
    .from(lmsPayments)
    .leftJoin(lmsLedgerPayments, eq(lmsLedgerPayments.paymentId, lmsPayments.id));

const standingIn = (row: Booked): Standing => ({
  received: row.received ?? 0,
  recognized: row.recognized ?? 0,
  deferred: row.deferred ?? 0,
  refunded: row.refunded ?? 0,
  entries: row.entries ?? 0,
});

/** All that the entries of an enrollment's payments follow from. */
export const readBooks = (db: Db, orgId: string, enrollmentId: string) => ({
  enrollment: maybe(enrollmentById(db, orgId, enrollmentId)),
  payments: paymentsWithStanding(db).where(
    and(eq(lmsPayments.organizationId, orgId), eq(lmsPayments.subjectId, enrollmentId)),
  ),
  modules: moduleOutlineOf(db, orgId, courseIdOfEnrollment(systemActor(orgId), { enrollmentId })),
  progress: moduleProgressOf(db, orgId, enrollmentId),
});

type Booked = PaymentRow & { [figure in keyof Standing]: number | null };
type Modules = Parameters<typeof completionOf>;
type Cause = { occurredAt: number; moduleId?: string };
type Ask = { db: Db; now: number; id: () => string };

const accessOf = (payment: PaymentRow, enrollment: EnrollmentRow) => {
  if (payment.appliedAt === null) return "none";
  return payment.appliedAt === enrollment.activatedAt ? "present" : "earlier";
};

/** Brings the ledger of an enrollment's payments to what is true now; nothing where it is there. */
export function brought(
  {
    enrollment,
    payments,
    modules,
    progress,
  }: {
    enrollment: EnrollmentRow | undefined;
    payments: readonly Booked[];
    modules: Modules[0];
    progress: Modules[1];
  },
  cause: Cause,
  ask: Ask,
): Statement[] {
  if (!enrollment) return [];
  const { counted, completed } = completionOf(modules, progress);
  return payments.flatMap((payment) => {
    const earned = earnedOf(
      {
        price: payment.receivedAmount ?? 0,
        status: enrollment.status,
        access: accessOf(payment, enrollment),
        inCohort: enrollment.cohortId !== null,
        modules: { counted, completed },
      },
      { closed: false },
    );
    return posted({ payment, enrollment, earned }, cause, ask);
  });
}

type About = {
  payment: Booked;
  enrollment: Pick<EnrollmentRow, "id" | "learnerId" | "courseId" | "cohortId">;
  earned: number;
};

/**
 * The entries, each with the number that it has among its payment's as its cause: of two decisions on one
 * standing each entry is written once. Fails the batch where the ledger then stands elsewhere than was meant,
 * so that it is decided anew.
 */
function posted(about: About, cause: Cause, ask: Ask): Statement[] {
  const { rows, meant } = entryRows(about, cause, ask);
  const { id, organizationId } = about.payment;
  if (rows.length === 0) return [];
  return [
    insertOnce(ask.db, rows),
    guard(
      ask.db,
      sql`exists (select 1 from lms_ledger_payments where payment_id = ${id}
        and organization_id = ${organizationId} and recognized = ${meant.recognized}
        and deferred = ${meant.deferred} and refunded = ${meant.refunded})`,
    ),
  ];
}

type EntryRow = typeof lmsLedgerEntries.$inferInsert;

function entryRows(
  { payment, enrollment, earned }: About,
  { occurredAt, moduleId }: Cause,
  { now, id }: Ask,
): { rows: EntryRow[]; meant: Standing } {
  const before = standingIn(payment);
  const due = entriesOf(before, { ...amountsOf(payment), earned });
  const rows = due.map((one, at) => ({
    ...one,
    id: id(),
    organizationId: payment.organizationId,
    cause: `${payment.id}:${before.entries + at + 1}`,
    currency: payment.receivedCurrency ?? payment.currency,
    paymentId: payment.id,
    enrollmentId: enrollment.id,
    learnerId: enrollment.learnerId,
    courseId: enrollment.courseId,
    cohortId: enrollment.cohortId,
    moduleId: one.kind === "recognized" ? (moduleId ?? null) : null,
    occurredAt,
    createdAt: now,
  }));
  return { rows, meant: due.reduce(after, before) };
}

const insertOnce = (db: Db, rows: EntryRow[]): Statement =>
  db
    .insert(lmsLedgerEntries)
    .values(rows)
    .onConflictDoNothing({ target: [lmsLedgerEntries.organizationId, lmsLedgerEntries.cause] });

const courseId = sql<string>`${ofEnrollment("course_id", sql`lms_payments.subject_id`)}`;
const cohortId = sql<string | null>`${ofEnrollment("cohort_id", sql`lms_payments.subject_id`)}`;
const closed = sql<number>`${isAccessOver(sql`lms_payments.subject_id`, sql`lms_payments.applied_at`)}
  or ${isCompletedCohort(ofEnrollment("cohort_id", sql`lms_payments.subject_id`))}`;

/** A page of the payments that revenue is still deferred of, over all organizations, by id. */
export const deferrals = (
  db: Db,
  { after: last, limit }: { after: string | number | null; limit: number },
) =>
  db
    .select({
      ...getTableColumns(lmsPayments),
      ...standing,
      courseId: courseId.as("course_id"),
      cohortId: cohortId.as("cohort_id"),
      isClosed: closed.as("is_closed"),
    })
    .from(lmsLedgerPayments)
    .innerJoin(lmsPayments, eq(lmsPayments.id, lmsLedgerPayments.paymentId))
    .where(
      and(
        sql`deferred > 0`,
        last === null ? undefined : gt(lmsLedgerPayments.paymentId, String(last)),
      ),
    )
    .orderBy(asc(lmsLedgerPayments.paymentId))
    .limit(limit);

export type Deferral = Booked & { courseId: string; cohortId: string | null; isClosed: number };

/** D1 binds a hundred values a statement. */
const ROWS_AT_ONCE = 6;

/** What is deferred of an access that is over, or of a completed cohort, is recognized. */
export function closedOut(page: readonly Deferral[], cause: Cause, ask: Ask): Statement[] {
  const rows = page
    .filter((one) => one.isClosed && one.appliedAt !== null)
    .flatMap(({ courseId: course, cohortId: cohort, ...payment }) => {
      const { subjectId: id, learnerId } = payment;
      const enrollment = { id, learnerId, courseId: course, cohortId: cohort };
      return entryRows({ payment, enrollment, earned: payment.receivedAmount ?? 0 }, cause, ask)
        .rows;
    });
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, at) =>
    insertOnce(ask.db, rows.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE)),
  );
}
