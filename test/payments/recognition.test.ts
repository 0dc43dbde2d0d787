import { afterEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { deliver } from "../../src/kernel/delivery.ts";
import { envelopeOf } from "../../src/kernel/outbox.ts";
import { domainEventLog } from "../../src/kernel/schema.ts";
import { DAY } from "../../src/kernel/time.ts";
import { lms } from "../../src/lms.ts";
import { runJob } from "../harness/jobs.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { advance, db, drain, http, newOrganization, ok, rows } from "../harness/world.ts";
import { newHost } from "../live/world.ts";
import {
  cancel,
  complete,
  confirm,
  entriesOf,
  expectBooksBalance,
  paid,
  paymentRow,
  pending,
  refund,
  standingOf,
  statusOf,
} from "./paid.ts";

const recognize = () => runJob("lms.deferred-revenue-recognition");
const dates = { startDate: "2031-01-01", endDate: "2031-06-30", timezone: "UTC" };

afterEach(() => {
  clock.now = () => Date.now();
});

/** A paid seat in a cohort that has begun. */
async function inCohort() {
  const waiting = await pending({ course: { type: "hybrid" } });
  const { world, courseId } = waiting;
  const body = { courseId, name: "Cohort", capacity: 5, ...dates };
  const cohort = ok(await http("POST", "/lms/instructor/cohorts", { as: world.instructor, body }));
  ok(
    await http("POST", `/lms/enrollments/${waiting.enrollmentId}/move`, {
      as: world.admin,
      body: { cohortId: cohort.id },
    }),
  );
  ok(await confirm(world, waiting.enrollmentId, { paymentId: waiting.paymentId }));
  await drain(world.orgId);
  const act = (type: string) =>
    http("POST", `/lms/commands/lms.cohort.${type}`, {
      as: world.instructor,
      body: { cohortId: cohort.id },
    });
  return { ...waiting, activate: () => act("activate"), finish: () => act("complete") };
}

describe("what was paid for a self-paced course", () => {
  test("is deferred when it comes, and recognized in portions that add up to the price exactly", async () => {
    const way = await paid({
      course: { price: { amount: 1_000, currency: "EUR" }, completionThreshold: 100 },
    });
    const { world, paymentId, moduleIds } = way;
    expect(await standingOf(paymentId)).toMatchObject({ received: 1_000, deferred: 1_000 });
    for (const [at, recognized] of [333, 666, 1_000].entries()) {
      await complete(way, at);
      await drain(world.orgId);
      expect(await standingOf(paymentId)).toMatchObject({
        recognized,
        deferred: 1_000 - recognized,
      });
    }
    const [received, ...portions] = await entriesOf(paymentId);
    expect(received).toMatchObject({ debit: "cash", credit: "deferred-revenue", amount: 1_000 });
    expect(portions.map((one) => [one.amount, one.moduleId])).toEqual([
      [333, moduleIds[0]],
      [333, moduleIds[1]],
      [334, moduleIds[2]],
    ]);
    await expectBooksBalance(world.orgId);
  });

  test("is recognized whole where the course is completed before its last module, or expires", async () => {
    const way = await paid({ course: { completionThreshold: 60 } });
    await complete(way, 0);
    await complete(way, 1);
    await drain(way.world.orgId);
    expect(await standingOf(way.paymentId)).toMatchObject({ recognized: 4_900, deferred: 0 });
    const other = await paid();
    ok(
      await http("POST", "/lms/commands/lms.enrollment.expire", {
        as: other.world.admin,
        body: { enrollmentId: other.enrollmentId },
      }),
    );
    await drain(other.world.orgId);
    expect(await standingOf(other.paymentId)).toMatchObject({ recognized: 4_900, deferred: 0 });
  });

  test("goes back by reversing what is deferred first, then of what was recognized no more than it must", async () => {
    const way = await paid({ course: { price: { amount: 1_000, currency: "EUR" } } });
    await complete(way, 0);
    await drain(way.world.orgId);
    ok(await refund(way.world, way.enrollmentId, { amount: { amount: 700, currency: "EUR" } }));
    await drain(way.world.orgId);
    expect((await entriesOf(way.paymentId)).slice(-2)).toMatchObject([
      { debit: "deferred-revenue", credit: "cash", amount: 667 },
      { debit: "refunds", credit: "cash", amount: 33 },
    ]);
    expect(await standingOf(way.paymentId)).toEqual({
      received: 1_000,
      recognized: 300,
      deferred: 0,
      refunded: 700,
    });
    await expectBooksBalance(way.world.orgId);
  });

  test("is booked alike whatever order its events come in, and however often", async () => {
    const way = await paid({ course: { completionThreshold: 100 } });
    await complete(way, 0);
    ok(await refund(way.world, way.enrollmentId, { amount: { amount: 900, currency: "EUR" } }));
    await complete(way, 1);
    await drain(way.world.orgId);
    const booked = await standingOf(way.paymentId);
    const [stays] = await rows(
      "SELECT sql FROM sqlite_schema WHERE name = 'lms_ledger_entries_stay'",
    );
    await rows("DROP TRIGGER lms_ledger_entries_stay");
    await rows("DELETE FROM lms_ledger_entries WHERE organization_id = ?", way.world.orgId);
    await rows(stays?.sql);
    await rows("DELETE FROM lms_ledger_balances WHERE organization_id = ?", way.world.orgId);
    await rows("DELETE FROM lms_ledger_payments WHERE organization_id = ?", way.world.orgId);
    const log = (await db.select().from(domainEventLog))
      .filter((one) => one.organizationId === way.world.orgId)
      .map(envelopeOf);
    for (const one of log.toReversed()) {
      await rows(
        "DELETE FROM event_deliveries WHERE event_id = ? AND listener LIKE 'payments.ledger-%'",
        one.id,
      );
      await deliver(newHost().host, lms, [one, one]);
      await deliver(newHost().host, lms, [one]);
    }
    expect(await standingOf(way.paymentId)).toEqual(booked);
    await expectBooksBalance(way.world.orgId);
  });
});

describe("the ledger", () => {
  test("lets no entry be changed or taken out, nor one in that leaves money out", async () => {
    const { world, paymentId } = await paid();
    await expect(rows("UPDATE lms_ledger_entries SET amount = 1")).rejects.toThrow("APPEND_ONLY");
    await expect(rows("DELETE FROM lms_ledger_entries")).rejects.toThrow("APPEND_ONLY");
    const copied = (columns: string) =>
      rows(
        `INSERT INTO lms_ledger_entries SELECT 'copy', organization_id, 'copy', kind, ${columns}, currency,
         payment_id, enrollment_id, learner_id, course_id, cohort_id, module_id, occurred_at, created_at
         FROM lms_ledger_entries WHERE payment_id = ?`,
        paymentId,
      );
    await expect(copied("debit, debit, amount")).rejects.toThrow("lms_ledger_entries_sides");
    await expect(copied("debit, credit, 0")).rejects.toThrow("lms_ledger_entries_sides");
    await expect(copied("'refunds', 'cash', amount")).rejects.toThrow("adds_up");
    await expectBooksBalance(world.orgId);
  });
});

describe("the monthly recognition", () => {
  test("moves a completed cohort's deferred revenue, and nothing the second time", async () => {
    const way = await inCohort();
    await complete(way, 0);
    await drain(way.world.orgId);
    await recognize();
    expect(await standingOf(way.paymentId)).toMatchObject({ recognized: 0, deferred: 4_900 });
    ok(await way.activate());
    ok(await way.finish());
    await drain(way.world.orgId);
    await recognize();
    expect(await standingOf(way.paymentId)).toMatchObject({ recognized: 4_900, deferred: 0 });
    const entries = await entriesOf(way.paymentId);
    await recognize();
    expect(await entriesOf(way.paymentId)).toEqual(entries);
    await expectBooksBalance(way.world.orgId);
  });

  test("pages through ten thousand with bounded rows", async () => {
    const { world, enrollmentId, paymentId, ...way } = await inCohort();
    ok(await way.activate());
    ok(await way.finish());
    await drain(world.orgId);
    await rows(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
       INSERT INTO lms_payments (id, organization_id, created_at, updated_at, version, subject_type, subject_id,
         learner_id, provider, amount, currency, received_amount, received_currency, status, applied_at)
       SELECT printf('%s-%05d', substr(id, 1, 30), i), organization_id, 1, 1, 1, subject_type, subject_id,
         learner_id, provider, amount, currency, received_amount, received_currency, status, applied_at
       FROM lms_payments, n WHERE id = ?`,
      paymentId,
    );
    await rows(
      `INSERT INTO lms_ledger_entries SELECT 'e' || id, organization_id, id || ':1', 'received', 'cash', 'deferred-revenue',
         amount, currency, id, subject_id, learner_id, 'c', null, null, 1, 1
       FROM lms_payments WHERE organization_id = ?1 AND id <> ?2`,
      world.orgId,
      paymentId,
    );
    const run = await recognize();
    expect(run.rowsMax).toBeLessThan(10_000);
    const [left] = await rows(
      "SELECT count(*) AS n, sum(recognized) AS sum FROM lms_ledger_payments WHERE organization_id = ? AND deferred = 0",
      world.orgId,
    );
    expect(left).toEqual({ n: 10_000, sum: 49_000_000 });
    await expectBooksBalance(world.orgId);
    expect((await recognize()).processed).toBe(0);
  }, 120_000);
});

describe("a cancelled enrollment", () => {
  test("inside the window gives the money back by itself", async () => {
    const { world, enrollmentId, paymentId } = await paid();
    ok(await cancel(world, enrollmentId));
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({ status: "refunded", refunded: 4_900 });
    expect(await statusOf(enrollmentId)).toBe("refunded");
    await assertLogAgrees(world.orgId);
  });

  test("outside it gives nothing back, and the month's recognition keeps what is left", async () => {
    const { world, enrollmentId, paymentId } = await paid();
    advance(15 * DAY);
    ok(await cancel(world, enrollmentId));
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({ status: "succeeded", requested: 0 });
    expect(await statusOf(enrollmentId)).toBe("cancelled");
    expect(
      await rows(
        `SELECT code FROM event_deliveries WHERE listener = 'payments.refund-on-cancel' AND event_id IN
         (SELECT event_id FROM domain_event_log WHERE aggregate_id = ?)`,
        enrollmentId,
      ),
    ).toEqual([{ code: "RULE_FAILED" }]);
    await recognize();
    expect(await standingOf(paymentId)).toMatchObject({ recognized: 4_900, deferred: 0 });
  });
});

describe("the revenue that an admin reads", () => {
  const revenue = (as: { key: string }, search = "") =>
    http("GET", `/lms/admin/analytics/revenue${search}`, { as: as as never });

  test("is the trial balance by currency, with recognized + deferred + refunded = received", async () => {
    const way = await paid();
    const { world } = way;
    const inYen = await paid({
      world: { ...world, learner: await world.newPerson("learner") },
      course: { price: { amount: 700, currency: "JPY" } },
    });
    await complete(way, 0);
    ok(await refund(world, inYen.enrollmentId));
    await drain(world.orgId);
    const { currencies } = ok(await revenue(world.admin));
    expect(currencies).toMatchObject([
      { currency: "EUR", received: 4_900, recognized: 1_633, deferred: 3_267, refunded: 0 },
      { currency: "JPY", received: 700, recognized: 0, deferred: 0, refunded: 700 },
    ]);
    for (const { trialBalance, months, received } of currencies) {
      const sum = (side: "debit" | "credit") =>
        trialBalance.reduce(
          (all: number, one: Record<string, number>) => all + (one[side] ?? 0),
          0,
        );
      expect(sum("debit")).toBe(sum("credit"));
      expect(months).toMatchObject([
        { month: new Date(clock.now()).toISOString().slice(0, 7), received },
      ]);
    }
  });

  test("is empty where nothing was paid, and lms-admin's alone", async () => {
    const { world } = await paid();
    const stranger = await newOrganization();
    expect(ok(await revenue(stranger.admin, "?months=60"))).toEqual({ currencies: [] });
    for (const as of [world.learner, world.instructor, world.orgAdmin, world.reviewer]) {
      const answer = await revenue(as);
      expect([answer.status, answer.body.detail]).toEqual([
        403,
        "Permission denied: analytics:revenue",
      ]);
    }
    expect((await revenue(world.admin, "?months=61")).status).toBe(400);
  });
});
