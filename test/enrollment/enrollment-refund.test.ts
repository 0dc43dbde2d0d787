import { describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { buryTask } from "../../src/kernel/task-run.ts";
import { MINUTE } from "../../src/kernel/time.ts";
import { lms } from "../../src/lms.ts";
import { publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  advance,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { newHost } from "../live/world.ts";
import {
  complete,
  confirm,
  expectBooksBalance,
  PRICE,
  paid,
  paymentRow,
  pending,
  refund,
  standingOf,
  statusOf,
} from "../payments/paid.ts";
import { type Fault, faultyWorker } from "../reliability/worker.ts";

const eur = (amount: number) => ({ amount, currency: "EUR" });
const namesOf = async (id: string) => (await eventsOf(id)).map((one) => one.name);

describe("a refund", () => {
  test("of all that was paid ends the access, revokes the certificate and frees the count", async () => {
    const way = await paid({ modules: [{ title: "Only" }] });
    const { world, enrollmentId, paymentId, courseId } = way;
    await complete(way, 0);
    await drain(world.orgId);
    const answer = await refund(world, enrollmentId, { reason: "The course was not as told" });
    expect(answer.status).toBe(202);
    expect(answer.body.refund).toEqual({ paymentId, amount: PRICE });
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toEqual({
      status: "refunded",
      received: 4_900,
      requested: 0,
      refunded: 4_900,
    });
    expect((await eventsOf(paymentId)).slice(-2)).toMatchObject([
      { name: "payment.refund-requested", payload: { amount: PRICE } },
      { name: "payment.refunded", payload: { amount: PRICE, refunded: PRICE } },
    ]);
    expect((await eventsOf(enrollmentId)).at(-1)).toMatchObject({
      name: "enrollment.refunded",
      payload: { enrollmentId, courseId, refundAmount: PRICE, paymentId },
    });
    expect(await statusOf(enrollmentId)).toBe("refunded");
    expect(
      await rows(
        "SELECT revoked, revoked_reason AS reason FROM lms_certificates WHERE enrollment_id = ?",
        enrollmentId,
      ),
    ).toEqual([{ revoked: 1, reason: "refunded" }]);
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", courseId),
    ).toEqual([{ n: 0 }]);
    const told = JSON.stringify(await eventsOf(world.orgId));
    expect(told).not.toContain("not as told");
    expect(await standingOf(paymentId)).toEqual({
      received: 4_900,
      recognized: 0,
      deferred: 0,
      refunded: 4_900,
    });
    await expectBooksBalance(world.orgId);
    await assertLogAgrees(world.orgId);
  });

  test("of a part changes the payment alone, and the rest may follow", async () => {
    const { world, enrollmentId, paymentId } = await paid();
    ok(await refund(world, enrollmentId, { amount: eur(900) }));
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({
      status: "partially-refunded",
      refunded: 900,
    });
    expect(await statusOf(enrollmentId)).toBe("active");
    ok(await refund(world, enrollmentId));
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({ status: "refunded", refunded: 4_900 });
    expect(await statusOf(enrollmentId)).toBe("refunded");
    await assertLogAgrees(world.orgId);
  });

  test("asked for 200 times at once never gives back more than was paid", {
    timeout: 30_000,
  }, async () => {
    const { world, enrollmentId, paymentId } = await paid();
    const answers = await race(200, () => refund(world, enrollmentId, { amount: eur(1_000) }));
    const counts = statuses(answers);
    expect(Object.keys(counts).every((one) => one === "202" || one === "409")).toBe(true);
    const accepted = counts[202] ?? 0;
    expect(accepted).toBeGreaterThanOrEqual(1);
    expect(accepted).toBeLessThanOrEqual(4);
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toEqual({
      status: "partially-refunded",
      received: 4_900,
      requested: 0,
      refunded: accepted * 1_000,
    });
    expect(await statusOf(enrollmentId)).toBe("active");
    await expectBooksBalance(world.orgId);
    await assertLogAgrees(world.orgId);
  });

  test("of a payment that came in vain follows by itself", async () => {
    const { world, enrollmentId, paymentId } = await pending();
    ok(await http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: world.learner }));
    ok(await confirm(world, enrollmentId, { paymentId }));
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({
      status: "refunded",
      requested: 0,
      refunded: 4_900,
    });
    expect(await standingOf(paymentId)).toEqual({
      received: 4_900,
      recognized: 0,
      deferred: 0,
      refunded: 4_900,
    });
    expect(await statusOf(enrollmentId)).toBe("refunded");
    await assertLogAgrees(world.orgId);
  });

  test("of a held payment gives back what came, and the enrollment waits on for another", async () => {
    const { world, enrollmentId, paymentId } = await pending();
    ok(await confirm(world, enrollmentId, { paymentId, received: eur(5_000) }));
    await expectRefused(world.orgId, { status: 409, code: "RULE_FAILED" }, () =>
      refund(world, enrollmentId, { amount: eur(100) }),
    );
    ok(await refund(world, enrollmentId));
    await expectRefused(world.orgId, { status: 409 }, () =>
      confirm(world, enrollmentId, { paymentId, received: PRICE }),
    );
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({ status: "refunded", refunded: 5_000 });
    expect(await statusOf(enrollmentId)).toBe("pending-payment");
    expect(await standingOf(paymentId)).toMatchObject({ received: 5_000, refunded: 5_000 });
    await assertLogAgrees(world.orgId);
  });

  test("leaves the access that another payment opened, where an earlier one goes back", async () => {
    const { world, enrollmentId, paymentId, courseId } = await paid();
    ok(await http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: world.learner }));
    const again = ok(
      await http("POST", "/lms/enrollments", { as: world.learner, body: { courseId } }),
    );
    ok(await confirm(world, enrollmentId, { paymentId: again.payment.id }));
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({ status: "refunded" });
    expect(await statusOf(enrollmentId)).toBe("active");
    expect(await standingOf(again.payment.id)).toMatchObject({ deferred: 4_900, refunded: 0 });
    await assertLogAgrees(world.orgId);
  });
});

describe("the task of a refund", () => {
  /** A refund asked for, its task in the test's hand. */
  async function asked(faults: Fault[] = []) {
    const way = await paid();
    const worker = faultyWorker({ faults });
    const path = `/lms/admin/enrollments/${way.enrollmentId}/refund`;
    ok(await worker.http("POST", path, { as: way.world.admin, body: { amount: eur(900) } }));
    return { ...way, worker };
  }

  test("whose Worker dies before or after its commit gives the money back once", async () => {
    for (const moment of ["before", "after"] as const) {
      const fault: Fault = { on: /update "lms_payments"/, moment, times: 0 };
      const { world, paymentId, worker } = await asked([fault]);
      fault.times = 2;
      for (let tries = 0; tries < 4; tries++) {
        await worker.consume("lms-jobs", worker.tasks);
        advance(10 * MINUTE);
      }
      expect(fault.times).toBeLessThan(2);
      expect(await paymentRow(paymentId)).toMatchObject({ requested: 0, refunded: 900 });
      expect((await namesOf(paymentId)).filter((one) => one === "payment.refunded")).toHaveLength(
        1,
      );
      await assertLogAgrees(world.orgId);
      clock.now = () => Date.now();
    }
  });

  test("that dies releases what it held, and retried gives back no more than is left", async () => {
    const { world, enrollmentId, paymentId, worker } = await asked();
    const [ref] = worker.tasks;
    if (!ref) throw new Error("No task was wanted");
    await worker.consume("lms-events", worker.events.splice(0));
    await buryTask(newHost().host, lms, ref);
    expect(await paymentRow(paymentId)).toMatchObject({ requested: 0, refunded: 0 });
    ok(await refund(world, enrollmentId, { amount: eur(4_500) }));
    await drain(world.orgId);
    const { data } = ok(await http("GET", "/lms/admin/dead-letters", { as: world.admin }));
    ok(await http("POST", `/lms/admin/dead-letters/${data[0].id}/retry`, { as: world.admin }));
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({ requested: 0, refunded: 4_500 });
    expect(await standingOf(paymentId)).toMatchObject({ deferred: 400, refunded: 4_500 });
  });
});

describe("a refund is refused", () => {
  test("where nothing was paid, and where nothing is left to give back", async () => {
    const { world, enrollmentId } = await pending();
    const nothing = { status: 409, code: "RULE_FAILED" };
    await expectRefused(world.orgId, nothing, () => refund(world, enrollmentId));
    const { course } = await publishedCourse(world);
    const free = ok(
      await http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
    );
    await expectRefused(world.orgId, nothing, () => refund(world, free.id));
    const other = await paid({ world });
    ok(await refund(world, other.enrollmentId));
    await expectRefused(world.orgId, nothing, () => refund(world, other.enrollmentId));
  });

  test("of more than is left, of nothing, and in another currency, with what is left", async () => {
    const { world, enrollmentId } = await paid();
    ok(await refund(world, enrollmentId, { amount: eur(4_000) }));
    await expectRefused(
      world.orgId,
      { status: 409, code: "RULE_FAILED", refundable: eur(900) },
      () => refund(world, enrollmentId, { amount: eur(901) }),
    );
    for (const [amount, path] of [
      [eur(0), "amount.amount"],
      [{ amount: 900, currency: "USD" }, "amount.currency"],
      [eur(-1), "amount.amount"],
    ]) {
      await expectRefused(world.orgId, { status: 400, errors: [{ path }] }, () =>
        refund(world, enrollmentId, { amount }),
      );
    }
  });

  test("to everybody but lms-admin", async () => {
    const { world, enrollmentId } = await paid();
    for (const as of [world.learner, world.instructor, world.orgAdmin, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: enrollment:refund" },
        () => http("POST", `/lms/admin/enrollments/${enrollmentId}/refund`, { as, body: {} }),
      );
    }
  });

  test("of another organization's enrollment, in the words for a missing one", async () => {
    const { enrollmentId } = await paid();
    const stranger = await newOrganization();
    await expectForeignIsMissing(enrollmentId, "Enrollment", (one) => refund(stranger, one));
  });

  test("as often as it is repeated with one key it is asked for once", async () => {
    const { world, enrollmentId, paymentId } = await paid();
    const ask = () =>
      http("POST", `/lms/admin/enrollments/${enrollmentId}/refund`, {
        as: world.admin,
        body: { amount: eur(100) },
        headers: { "idempotency-key": "once" },
      });
    const [first, again] = [ok(await ask()), ok(await ask())];
    expect(again).toEqual(first);
    await drain(world.orgId);
    expect(await paymentRow(paymentId)).toMatchObject({ refunded: 100 });
    expect((await namesOf(paymentId)).filter((one) => one === "payment.refunded")).toHaveLength(1);
  });
});
