import { expect, test } from "vitest";
import { drain, ok } from "../harness/world.ts";
import { paid, refund } from "../payments/paid.ts";
import { mailsTo, replayed, toldIn } from "./notices.ts";

test("a learner is told of each refund with what went back then, once, however often the event comes", async () => {
  const { world, enrollmentId } = await paid();
  ok(await refund(world, enrollmentId, { amount: { amount: 900, currency: "EUR" } }));
  await drain(world.orgId);
  ok(await refund(world, enrollmentId));
  await drain(world.orgId);
  await replayed(world.orgId, "payment.refunded");
  const told = await toldIn(world.orgId, "payment.refunded");
  expect(told.map((one) => one.memberId)).toEqual([world.learner.id, world.learner.id]);
  const mails = (await mailsTo(world.learner.id)).map((one) => one.subject);
  expect(mails.filter((one) => one.startsWith("Refund"))).toEqual([
    "Refund: €9.00 for Course",
    "Refund: €40.00 for Course",
  ]);
});
