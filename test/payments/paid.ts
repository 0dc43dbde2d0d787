import { expect } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { drain, http, type Json, newOrganization, ok, rows, type World } from "../harness/world.ts";

export const PRICE = { amount: 4_900, currency: "EUR" };

export const confirm = ({ admin }: World, enrollmentId: string, body: unknown) =>
  http("POST", `/lms/admin/enrollments/${enrollmentId}/confirm-payment`, { as: admin, body });

export const refund = ({ admin }: World, enrollmentId: string, body: unknown = {}) =>
  http("POST", `/lms/admin/enrollments/${enrollmentId}/refund`, { as: admin, body });

export const cancel = ({ learner }: World, enrollmentId: string) =>
  http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: learner });

/** A learner's enrollment in a course with a price, and the payment that it waits for. */
export async function pending({
  world,
  course = {},
  modules = [{ title: "First" }, { title: "Second" }, { title: "Third" }],
}: {
  world?: World;
  course?: Json;
  modules?: { title: string }[];
} = {}) {
  const here = world ?? (await newOrganization());
  const made = await publishedCourse(here, { course: { price: PRICE, ...course }, modules });
  const { id, payment } = await enrolled(here, made.course.id);
  return {
    world: here,
    courseId: String(made.course.id),
    moduleIds: made.modules.map((one) => String(one.id)),
    enrollmentId: String(id),
    paymentId: String(payment.id),
  };
}

/** The same, paid for and active. */
export async function paid(ask: Parameters<typeof pending>[0] = {}) {
  const waiting = await pending(ask);
  ok(await confirm(waiting.world, waiting.enrollmentId, { paymentId: waiting.paymentId }));
  await drain(waiting.world.orgId);
  return waiting;
}
export type Paid = Awaited<ReturnType<typeof paid>>;

export const complete = async ({ world, courseId, moduleIds }: Paid, at: number) =>
  ok(
    await http("POST", `/lms/learn/${courseId}/modules/${moduleIds[at]}/complete`, {
      as: world.learner,
      body: {},
    }),
  );

export const paymentRow = async (paymentId: string) =>
  (
    await rows(
      `SELECT status, received_amount AS received, refund_requested_amount AS requested,
        refunded_amount AS refunded FROM lms_payments WHERE id = ?`,
      paymentId,
    )
  )[0];

export const statusOf = async (enrollmentId: string) =>
  (await rows("SELECT status FROM lms_enrollments WHERE id = ?", enrollmentId))[0]?.status;

/** Where a payment's money stands in the ledger. */
export const standingOf = async (paymentId: string) =>
  (
    await rows(
      "SELECT received, recognized, deferred, refunded FROM lms_ledger_payments WHERE payment_id = ?",
      paymentId,
    )
  )[0];

export const entriesOf = (paymentId: string) =>
  rows<{ kind: string; debit: string; credit: string; amount: number; moduleId: string | null }>(
    `SELECT kind, debit, credit, amount, module_id AS moduleId FROM lms_ledger_entries
     WHERE payment_id = ? ORDER BY id`,
    paymentId,
  );

/** The kept balances are what the entries add up to, account by account, and sum to zero. */
export async function expectBooksBalance(orgId: string): Promise<void> {
  const sums = await rows(
    `SELECT currency, account, sum(debit) AS debit, sum(credit) AS credit FROM (
       SELECT currency, debit AS account, amount AS debit, 0 AS credit FROM lms_ledger_entries WHERE organization_id = ?1
       UNION ALL
       SELECT currency, credit, 0, amount FROM lms_ledger_entries WHERE organization_id = ?1
     ) GROUP BY currency, account ORDER BY currency, account`,
    orgId,
  );
  const kept = await rows(
    `SELECT currency, account, sum(debit) AS debit, sum(credit) AS credit FROM lms_ledger_balances
     WHERE organization_id = ? GROUP BY currency, account ORDER BY currency, account`,
    orgId,
  );
  expect(kept).toEqual(sums);
  const apart = await rows(
    `SELECT currency FROM lms_ledger_balances WHERE organization_id = ?
     GROUP BY currency HAVING sum(debit) <> sum(credit)`,
    orgId,
  );
  expect(apart).toEqual([]);
}
