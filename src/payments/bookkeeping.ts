import { and, eq, getTableColumns, sql } from "drizzle-orm";
import { moduleOutlineOf } from "../catalog/statements.ts";
import {
  courseIdOfEnrollment,
  type EnrollmentRow,
  enrollmentById,
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

/**
 * The entries, each with the number that it has among its payment's as its cause: of two decisions on one
 * standing each entry is written once. Fails the batch where the ledger then stands elsewhere than was meant,
 * so that it is decided anew.
 */
export function posted(
  {
    payment,
    enrollment,
    earned,
  }: {
    payment: Booked;
    enrollment: Pick<EnrollmentRow, "id" | "learnerId" | "courseId" | "cohortId">;
    earned: number;
  },
  { occurredAt, moduleId }: Cause,
  { db, now, id }: Ask,
): Statement[] {
  const before = standingIn(payment);
  const due = entriesOf(before, { ...amountsOf(payment), earned });
  if (due.length === 0) return [];
  const meant = due.reduce(after, before);
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
  return [
    db
      .insert(lmsLedgerEntries)
      .values(rows)
      .onConflictDoNothing({ target: [lmsLedgerEntries.organizationId, lmsLedgerEntries.cause] }),
    guard(
      db,
      sql`exists (select 1 from lms_ledger_payments where payment_id = ${payment.id}
        and organization_id = ${payment.organizationId} and recognized = ${meant.recognized}
        and deferred = ${meant.deferred} and refunded = ${meant.refunded})`,
    ),
  ];
}
