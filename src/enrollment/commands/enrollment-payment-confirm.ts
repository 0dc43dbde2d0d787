import * as z from "zod";
import { countEnrolled, courseById, moduleOutlineOf } from "../../catalog/statements.ts";
import { cohortById } from "../../cohorts/statements.ts";
import { type Accepted, command } from "../../kernel/command.ts";
import { isRefusal, notFound, refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { money, sameMoney } from "../../kernel/money.ts";
import { type Db, found, maybe } from "../../kernel/statement.ts";
import { completionOf, moduleProgressOf } from "../../learning/statements.ts";
import { paymentHeld, paymentRefundRequested, paymentSucceeded } from "../../payments/events.ts";
import {
  type PaymentRow,
  type PaymentWritten,
  paymentById,
  paymentPutOnHold,
  paymentReceived,
  paymentReceivedInVain,
  receiving,
} from "../../payments/statements.ts";
import { enrollmentWithPayment, showWithPayment } from "../enrollment.ts";
import { enrollmentActivated, enrollmentCancelled, enrollmentCompleted } from "../events.ts";
import { enrollmentManageBy } from "../permissions.ts";
import {
  cohortIdOfEnrollment,
  courseIdOfEnrollment,
  type EnrollmentRow,
  enrollmentById,
  enrollmentMoved,
} from "../statements.ts";
import { activated, type Moved, progressed } from "../transitions.ts";
import { cancelled } from "./enrollment-cancel.ts";

type Answer = ReturnType<typeof showWithPayment>;

export const enrollmentPaymentConfirm = command({
  type: "lms.enrollment.paymentConfirm",
  summary: "Take a payment down as received; the enrollment it pays for is activated",
  input: z.strictObject({
    enrollmentId: id,
    paymentId: id,
    received: money.optional().describe("The amount asked, where an admin leaves it out"),
    providerPaymentId: z.string().min(1).max(255).optional(),
  }),
  output: enrollmentWithPayment,
  permission: { ...enrollmentManageBy, action: "payment:confirm" },
  emits: [
    paymentSucceeded,
    paymentHeld,
    paymentRefundRequested,
    enrollmentActivated,
    enrollmentCompleted,
    enrollmentCancelled,
  ],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED", "VALIDATION_FAILED"],
  read: ({ db, input, actor }) => {
    const enrollmentId = input.enrollmentId;
    const courseId = courseIdOfEnrollment(actor, { enrollmentId });
    return {
      enrollment: found("Enrollment", enrollmentById(db, actor.orgId, enrollmentId)),
      payment: found("Payment", paymentById(db, actor.orgId, input.paymentId)),
      course: found("Course", courseById(db, actor.orgId, courseId)),
      cohort: maybe(cohortById(db, actor.orgId, cohortIdOfEnrollment(actor.orgId, enrollmentId))),
      modules: moduleOutlineOf(db, actor.orgId, courseId),
      progress: moduleProgressOf(db, actor.orgId, enrollmentId),
    };
  },
  decide: ({ enrollment, payment, course, cohort, modules, progress }, ask) => {
    const { db, input, actor, now } = ask;
    if (payment.subjectId !== enrollment.id) return notFound("Payment");
    const asked = { amount: payment.amount, currency: payment.currency };
    const byProvider = actor.type === "system";
    if (byProvider && (!input.received || !input.providerPaymentId)) {
      return refuse(
        "VALIDATION_FAILED",
        "A provider's confirmation names received and providerPaymentId",
      );
    }
    const received = input.received ?? asked;
    const what = { received, providerPaymentId: input.providerPaymentId };
    const exact = sameMoney(received, asked);
    const next = receiving(payment, exact);
    if (isRefusal(next)) return next;
    if (payment.refundRequestedAmount > 0) {
      return refuse("RULE_FAILED", "This payment is on its way back; ask for a new checkout");
    }
    const unmoved: Moved = { row: enrollment, events: [] };
    if (!exact) {
      return together(
        db,
        now,
        enrollment,
        unmoved,
        payment,
        paymentPutOnHold(db, payment, what, now),
      );
    }
    const inVain = paymentReceivedInVain(db, payment, what, now);
    const price = { amount: enrollment.pricePaidAmount, currency: enrollment.pricePaidCurrency };
    if (enrollment.status !== "pending-payment" || !sameMoney(asked, price)) {
      return together(db, now, enrollment, unmoved, payment, inVain);
    }
    const { completionPct } = completionOf(modules, progress);
    const moved = progressed(activated(unmoved, course, now), {
      completionPct,
      threshold: course.completionThreshold,
      now,
    });
    const paid = paymentReceived(db, payment, what, now);
    const accepted = together(db, now, enrollment, moved, payment, paid);
    const active: Accepted<Answer> = {
      ...accepted,
      writes: [...(accepted.writes ?? []), countEnrolled(db, actor.orgId, enrollment.courseId, 1)],
    };
    if (!cohort) return active;
    const { id: cohortId, capacity, version: cohortVersion } = cohort;
    const { id: enrollmentId, learnerId } = enrollment;
    return {
      ...active,
      seat: {
        request: { cohortId, learnerId, enrollmentId, capacity, cohortVersion },
        otherwise: together(db, now, enrollment, soldOut(enrollment, now), payment, inVain),
      },
    };
  },
});

const soldOut = (enrollment: EnrollmentRow, now: number): Moved => ({
  row: { ...enrollment, status: "cancelled", cancelledAt: now, seatUntil: null },
  events: [cancelled(enrollment, now)],
});

function together(
  db: Db,
  now: number,
  before: EnrollmentRow,
  moved: Moved,
  payment: PaymentRow,
  paid: PaymentWritten,
): Accepted<Answer> {
  const row = { ...moved.row, version: before.version + moved.events.length };
  return {
    answer: showWithPayment(row, { ...payment, status: paid.status }),
    events: [...paid.events, ...moved.events],
    writes: [
      ...paid.writes,
      ...(moved.events.length > 0 ? [enrollmentMoved(db, before, moved, now)] : []),
    ],
    ...(paid.tasks ? { tasks: paid.tasks } : {}),
  };
}
