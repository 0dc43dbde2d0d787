import { expect, it, vi } from "vitest";
import { drain, http, type Json, ok, rows } from "../harness/world.ts";
import { complete, PRICE, paid, refund } from "../payments/paid.ts";

/** What is paid and given back goes through queues. */
vi.setConfig({ testTimeout: 20_000 });

const MONTH = new Date().toISOString().slice(0, 7);

const revenueIn = async (path: string, as: Parameters<typeof http>[2]) =>
  ok(await http("GET", path, as)).revenueByMonth as Json[];

it("is what was received, given back and earned, by month and currency, of a course and in all", async () => {
  const first = await paid();
  const { world, courseId, enrollmentId } = first;
  const yen = { price: { amount: 1_000, currency: "JPY" } };
  const second = await paid({ world, course: yen, modules: [{ title: "One" }, { title: "Two" }] });
  await complete(first, 0);
  await complete(second, 0);
  await drain(world.orgId);
  const portion = Math.floor(PRICE.amount / 3);
  const euro = { month: MONTH, currency: "EUR", received: PRICE.amount, refunded: 0 };
  const yens = { month: MONTH, currency: "JPY", received: 1_000, refunded: 0, recognized: 500 };
  const course = `/lms/instructor/courses/${courseId}/analytics`;
  const overview = "/lms/admin/analytics/overview";
  expect(await revenueIn(course, { as: world.instructor })).toEqual([
    { ...euro, recognized: portion },
  ]);
  expect(await revenueIn(overview, { as: world.admin })).toEqual([
    { ...euro, recognized: portion },
    yens,
  ]);

  ok(await refund(world, enrollmentId));
  await drain(world.orgId);
  const back = { ...euro, refunded: PRICE.amount, recognized: 0 };
  expect(await revenueIn(course, { as: world.instructor })).toEqual([back]);
  expect(await revenueIn(overview, { as: world.admin })).toEqual([back, yens]);
  expect(
    await revenueIn(`${overview}?startDate=2020-01-01&endDate=2020-02-01`, { as: world.admin }),
  ).toEqual([]);
  const status = ok(await http("GET", course, { as: world.instructor }));
  expect(status.enrollments.byStatus).toMatchObject({ active: 0, refunded: 1 });
  expect(status.byDay.at(-1)).toMatchObject({ created: 1, activated: 1, refunded: 1 });

  const recounted = await rows(
    `SELECT currency, sum(amount * (debit = 'cash')) AS received, sum(amount * (credit = 'cash')) AS refunded,
       sum(amount * ((credit = 'revenue') - (debit = 'refunds'))) AS recognized
     FROM lms_ledger_entries WHERE organization_id = ?1 GROUP BY currency ORDER BY currency`,
    world.orgId,
  );
  const kept = await rows(
    `SELECT currency, received, refunded, recognized FROM lms_revenue_figures
     WHERE organization_id = ?1 AND course_id = '' ORDER BY currency`,
    world.orgId,
  );
  expect(kept).toEqual(recounted);
});
