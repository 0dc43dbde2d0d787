import { describe, expect, test } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  race,
  rows,
} from "../harness/world.ts";
import { confirm, PRICE, pending, refund } from "../payments/paid.ts";

const checkout = (as: Person, enrollmentId: string) =>
  http("POST", `/lms/enrollments/${enrollmentId}/checkout`, { as, body: {} });

describe("a checkout", () => {
  test("that is open is given again with what to pay and what to name, and nothing is written", async () => {
    const { world, enrollmentId, paymentId } = await pending();
    const before = await eventsOf(world.orgId);
    for (const as of [world.learner, world.admin, world.orgAdmin]) {
      const answer = await checkout(as, enrollmentId);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        enrollmentId,
        checkoutUrl: null,
        payment: { id: paymentId, provider: "manual", status: "created", amount: PRICE },
      });
      expect(answer.body.howToPay).toContain(paymentId);
    }
    expect(await eventsOf(world.orgId)).toEqual(before);
  });

  test("is made anew, once, where the payment before it went back", async () => {
    const { world, enrollmentId, paymentId } = await pending();
    ok(await confirm(world, enrollmentId, { paymentId, received: { ...PRICE, amount: 1 } }));
    await expectRefused(world.orgId, { status: 409, code: "RULE_FAILED" }, () =>
      checkout(world.learner, enrollmentId),
    );
    ok(await refund(world, enrollmentId));
    await drain(world.orgId);
    const answers = await race(8, () => checkout(world.learner, enrollmentId));
    const ids = new Set(answers.map((one) => ok(one).payment.id));
    expect(ids.size).toBe(1);
    const [open] = ids;
    expect(open).not.toBe(paymentId);
    expect(
      await rows(
        "SELECT id FROM lms_payments WHERE subject_id = ? AND id <> ?",
        enrollmentId,
        paymentId,
      ),
    ).toEqual([{ id: open }]);
    const paid = ok(await confirm(world, enrollmentId, { paymentId: open }));
    expect(paid).toMatchObject({ status: "active" });
    await assertLogAgrees(world.orgId);
  });
});

describe("a checkout is refused", () => {
  test("once the enrollment waits for no payment", async () => {
    const { world, enrollmentId, paymentId } = await pending();
    ok(await confirm(world, enrollmentId, { paymentId }));
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "active" },
      () => checkout(world.learner, enrollmentId),
    );
  });

  test("of somebody else's enrollment, and of another organization's", async () => {
    const { world, enrollmentId } = await pending();
    for (const as of [world.instructor, world.reviewer, await world.newPerson("learner")]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: enrollment:checkout" },
        () => checkout(as, enrollmentId),
      );
    }
    const stranger = await newOrganization();
    await expectForeignIsMissing(enrollmentId, "Enrollment", (one) =>
      checkout(stranger.admin, one),
    );
  });
});
