import * as z from "zod";
import { courseById } from "../../catalog/statements.ts";
import { closedFault, cohortById, noSeatLeft, whileOpen } from "../../cohorts/statements.ts";
import { type Accepted, command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { money } from "../../kernel/money.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { paymentCreated } from "../../payments/events.ts";
import {
  type PaymentRow,
  paymentOpened,
  paymentsOf,
  whileNothingAsked,
} from "../../payments/statements.ts";
import { heldFor, holdMs } from "../hold.ts";
import { enrollmentCheckoutBy, ownEnrollment } from "../permissions.ts";
import {
  cohortIdOfEnrollment,
  courseIdOfEnrollment,
  enrollmentById,
  seatHeld,
} from "../statements.ts";

const answer = z.object({
  enrollmentId: z.string(),
  checkoutUrl: z.string().nullable().describe("A page to pay on; a manual payment has none"),
  payment: z.object({
    id: z.string(),
    provider: z.string(),
    status: z.string(),
    amount: money,
    courseTitle: z.string(),
    createdAt: shownInstant,
  }),
  howToPay: z.string().describe("In words, with what to name so that the payment is recognized"),
});

export const enrollmentCheckout = command({
  type: "lms.enrollment.checkout",
  summary: "How to pay for an enrollment: the checkout that is open, else a new one",
  input: z.strictObject({ enrollmentId: id }),
  output: answer,
  statuses: [201, 200],
  permission: enrollmentCheckoutBy,
  emits: [paymentCreated],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED", "CAPACITY_REACHED"],
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.enrollmentId)),
    course: found("Enrollment", courseById(db, actor.orgId, courseIdOfEnrollment(actor, input))),
    cohort: maybe(
      cohortById(db, actor.orgId, cohortIdOfEnrollment(actor.orgId, input.enrollmentId)),
    ),
    payments: paymentsOf(db, actor.orgId, input.enrollmentId),
  }),
  own: ownEnrollment,
  decide: ({ enrollment, course, cohort, payments }, { db, actor, now, id: newId, settings }) => {
    const { status, id: enrollmentId, learnerId } = enrollment;
    if (status !== "pending-payment") {
      return refuse(
        "INVALID_TRANSITION",
        `Enrollment must be in pending-payment status to check out; it is ${status}`,
        { more: { state: status } },
      );
    }
    if (payments.some((one) => one.status === "held")) {
      return refuse("RULE_FAILED", "A payment came in another amount; an administrator decides");
    }
    const over = cohort && closedFault(cohort, "check out");
    if (over) return over;
    const open = payments.find((one) => one.status === "created");
    const price = { amount: enrollment.pricePaidAmount, currency: enrollment.pricePaidCurrency };
    const about = { orgId: actor.orgId, enrollmentId, learnerId, price };
    const opened = open ? undefined : paymentOpened(db, about, { now, id: newId });
    const payment = opened?.payment ?? open;
    if (!payment) throw new Error("Neither an open payment nor a new one");
    const accepted: Accepted<z.infer<typeof answer>> = {
      answer: shown(payment, course.title),
      status: opened ? 201 : 200,
      events: opened?.events ?? [],
      writes: opened ? [whileNothingAsked(db, actor.orgId, enrollmentId), ...opened.writes] : [],
    };
    if (!cohort) return accepted;
    const seatUntil = heldFor(enrollment, holdMs(settings, payment), now);
    const { id: cohortId, capacity, version: cohortVersion } = cohort;
    return {
      ...accepted,
      writes: [
        whileOpen(db, actor.orgId, cohortId),
        ...seatHeld(db, enrollment, { cohortId, seatUntil }),
        ...(accepted.writes ?? []),
      ],
      seat: {
        request: { cohortId, learnerId, enrollmentId, capacity, cohortVersion },
        otherwise: noSeatLeft(cohort),
      },
    };
  },
});

const shown = (payment: PaymentRow, courseTitle: string): z.infer<typeof answer> => ({
  enrollmentId: payment.subjectId,
  checkoutUrl: payment.checkoutUrl,
  payment: {
    id: payment.id,
    provider: payment.provider,
    status: payment.status,
    amount: { amount: payment.amount, currency: payment.currency },
    courseTitle,
    createdAt: iso(payment.createdAt),
  },
  howToPay: `Pay the amount to the organization and name ${payment.id} as its reference; an administrator confirms it, and the course opens`,
});
