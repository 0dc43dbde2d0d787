import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { newMeter } from "../../src/cloudflare/d1.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { newId } from "../../src/kernel/id.ts";
import { dispatch } from "../../src/kernel/mediator.ts";
import { systemActor } from "../../src/kernel/permission.ts";
import { lms } from "../../src/lms.ts";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  drain,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  race,
  rows,
  statuses,
  type World,
} from "../harness/world.ts";

const PRICE = { amount: 4_900, currency: "EUR" };

async function pending(
  world: World,
  more: Json = {},
): Promise<{ id: string; paymentId: string; courseId: string }> {
  const { course } = await publishedCourse(world, { course: { price: PRICE, ...more } });
  const { id, payment } = await enrolled(world, course.id);
  return { id, paymentId: payment.id, courseId: course.id };
}

const confirm = (as: Person, id: string, body: unknown) =>
  http("POST", `/lms/admin/enrollments/${id}/confirm-payment`, { as, body });
const namesOf = async (id: string) => (await eventsOf(id)).map((one) => one.name);
const statusOf = async (paymentId: string) =>
  (
    await rows(
      "SELECT status, received_amount, refund_requested_amount FROM lms_payments WHERE id = ?",
      paymentId,
    )
  )[0];

describe("a payment that is confirmed", () => {
  test("as asked activates its enrollment, with a row and an event of each in one batch", async () => {
    const world = await newOrganization();
    const { id, paymentId, courseId } = await pending(world, { enrollmentDays: 10 });
    const answer = ok(await confirm(world.admin, id, { paymentId }));
    expect(answer).toMatchObject({
      status: "active",
      version: 2,
      payment: { id: paymentId, status: "succeeded" },
    });
    expect(Date.parse(answer.expiresAt) - Date.parse(answer.activatedAt)).toBe(10 * 24 * 3_600_000);
    expect(await namesOf(id)).toEqual(["enrollment.created", "enrollment.activated"]);
    expect(await eventsOf(paymentId)).toMatchObject([
      { name: "payment.created", version: 1 },
      { name: "payment.succeeded", version: 2, payload: { received: PRICE } },
    ]);
    expect(await statusOf(paymentId)).toEqual({
      status: "succeeded",
      received_amount: 4_900,
      refund_requested_amount: 0,
    });
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", courseId),
    ).toEqual([{ n: 1 }]);
    await assertLogAgrees(world.orgId);
  });

  test("by two admins at once is taken down once", async () => {
    const world = await newOrganization();
    const { id, paymentId, courseId } = await pending(world);
    const answers = await race(6, () => confirm(world.admin, id, { paymentId, received: PRICE }));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 5 });
    expect(await namesOf(paymentId)).toEqual(["payment.created", "payment.succeeded"]);
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", courseId),
    ).toEqual([{ n: 1 }]);
    await assertLogAgrees(world.orgId);
  });

  test("with another amount or currency is held, and the enrollment waits on", async () => {
    for (const received of [
      { amount: 4_899, currency: "EUR" },
      { amount: 9_800, currency: "EUR" },
      { amount: 4_900, currency: "USD" },
    ]) {
      const world = await newOrganization();
      const { id, paymentId } = await pending(world);
      const answer = ok(await confirm(world.admin, id, { paymentId, received }));
      expect(answer).toMatchObject({
        status: "pending-payment",
        version: 1,
        payment: { status: "held" },
      });
      expect(await namesOf(id)).toEqual(["enrollment.created"]);
      expect((await eventsOf(paymentId)).at(-1)).toMatchObject({
        name: "payment.held",
        payload: { amount: PRICE, received },
      });
      await assertLogAgrees(world.orgId);
      ok(await confirm(world.admin, id, { paymentId, received: PRICE }));
      expect(await namesOf(paymentId)).toEqual([
        "payment.created",
        "payment.held",
        "payment.succeeded",
      ]);
    }
  });

  test("of an enrollment cancelled meanwhile is taken down and asked back whole", async () => {
    const world = await newOrganization();
    const { id, paymentId, courseId } = await pending(world);
    ok(await http("POST", `/lms/enrollments/${id}/cancel`, { as: world.learner }));
    const answer = ok(await confirm(world.admin, id, { paymentId }));
    expect(answer).toMatchObject({ status: "cancelled", payment: { status: "succeeded" } });
    await drain(world.orgId);
    expect((await eventsOf(paymentId)).slice(-3)).toMatchObject([
      { name: "payment.succeeded", payload: { received: PRICE } },
      { name: "payment.refund-requested", payload: { amount: PRICE } },
      { name: "payment.refunded", payload: { amount: PRICE } },
    ]);
    expect(await statusOf(paymentId)).toEqual({
      status: "refunded",
      received_amount: 4_900,
      refund_requested_amount: 0,
    });
    expect(await namesOf(id)).toEqual([
      "enrollment.created",
      "enrollment.cancelled",
      "enrollment.refunded",
    ]);
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", courseId),
    ).toEqual([{ n: 0 }]);
    await assertLogAgrees(world.orgId);
  });
});

describe("a confirmation is refused", () => {
  test("of a payment that has succeeded", async () => {
    const world = await newOrganization();
    const { id, paymentId } = await pending(world);
    ok(await confirm(world.admin, id, { paymentId }));
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "succeeded" },
      () => confirm(world.admin, id, { paymentId }),
    );
  });

  test("with the payment of another enrollment, in the words for a missing one", async () => {
    const world = await newOrganization();
    const one = await pending(world);
    const two = await pending(world);
    await expectForeignIsMissing(two.paymentId, "Payment", (paymentId) =>
      confirm(world.admin, one.id, { paymentId }),
    );
  });

  test("of a provider that names no amount or no payment of its own", async () => {
    const world = await newOrganization();
    const { id: enrollmentId, paymentId } = await pending(world);
    const { host } = unitOf(env, { waitUntil: () => undefined }, newMeter());
    const bySystem = (payload: Json) =>
      dispatch(host, lms, {
        type: "lms.enrollment.paymentConfirm",
        payload: { enrollmentId, paymentId, ...payload },
        actor: systemActor(world.orgId),
        correlationId: newId(),
      });
    for (const payload of [{}, { received: PRICE }, { providerPaymentId: "pay_1" }]) {
      expect(await bySystem(payload)).toMatchObject({
        ok: false,
        refusal: { refused: "VALIDATION_FAILED" },
      });
    }
    expect(await bySystem({ received: PRICE, providerPaymentId: "pay_1" })).toMatchObject({
      ok: true,
    });
    expect(
      await rows("SELECT provider_payment_id AS id FROM lms_payments WHERE id = ?", paymentId),
    ).toEqual([{ id: "pay_1" }]);
  });

  test("to everybody but lms-admin, and of a negative or broken amount", async () => {
    const world = await newOrganization();
    const { id, paymentId } = await pending(world);
    for (const as of [world.learner, world.instructor, world.orgAdmin, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: payment:confirm" },
        () => confirm(as, id, { paymentId }),
      );
    }
    for (const amount of [-4_900, 49.01]) {
      await expectRefused(world.orgId, { status: 400, errors: [{ path: "received.amount" }] }, () =>
        confirm(world.admin, id, { paymentId, received: { amount, currency: "EUR" } }),
      );
    }
  });

  test("of another organization's enrollment, in the words for a missing one", async () => {
    const world = await newOrganization();
    const stranger = await newOrganization();
    const { id, paymentId } = await pending(world);
    await expectForeignIsMissing(id, "Enrollment", (one) =>
      confirm(stranger.admin, one, { paymentId }),
    );
    const theirs = await pending(stranger);
    await expectForeignIsMissing(paymentId, "Payment", (one) =>
      confirm(stranger.admin, theirs.id, { paymentId: one }),
    );
  });
});
