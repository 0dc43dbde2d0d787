import * as z from "zod";
import { countEnrolled } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { found } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { iso } from "../../kernel/time.ts";
import { paymentExpired } from "../../payments/events.ts";
import { paymentsOf, paymentsWithdrawn } from "../../payments/statements.ts";
import { enrollmentAnswer, showEnrollment } from "../enrollment.ts";
import { enrollmentCancelled } from "../events.ts";
import { enrollmentMachine } from "../machine.ts";
import { enrollmentCancelBy, ownEnrollment } from "../permissions.ts";
import { type EnrollmentRow, enrollmentById, enrollmentMoved, isCounted } from "../statements.ts";

export const enrollmentCancel = command({
  type: "lms.enrollment.cancel",
  summary: "Cancel an enrollment; what was learned is kept",
  input: z.strictObject({ enrollmentId: id, reason: prose(2_000).optional() }),
  output: enrollmentAnswer,
  permission: enrollmentCancelBy,
  emits: [enrollmentCancelled, paymentExpired],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.enrollmentId)),
    payments: paymentsOf(db, actor.orgId, input.enrollmentId),
  }),
  own: ownEnrollment,
  decide: ({ enrollment, payments }, { db, input, actor, now }) => {
    const next = transition(enrollmentMachine, enrollment.status, "cancel");
    if (isRefusal(next)) return next;
    const row: EnrollmentRow = {
      ...enrollment,
      status: next.to,
      cancelledAt: now,
      cancelReason: input.reason ?? null,
      seatUntil: null,
    };
    const withdrawn = paymentsWithdrawn(db, payments, now);
    return {
      answer: showEnrollment({ ...row, version: row.version + 1, updatedAt: now }),
      events: [cancelled(enrollment, now), ...withdrawn.events],
      writes: [
        ...withdrawn.writes,
        enrollmentMoved(db, enrollment, { row, events: [cancelled(enrollment, now)] }, now),
        ...(isCounted(enrollment) ? [countEnrolled(db, actor.orgId, enrollment.courseId, -1)] : []),
      ],
    };
  },
});

export const cancelled = (enrollment: EnrollmentRow, now: number) =>
  event(enrollmentCancelled, enrollment, {
    enrollmentId: enrollment.id,
    learnerId: enrollment.learnerId,
    courseId: enrollment.courseId,
    ...(enrollment.cohortId === null ? {} : { cohortId: enrollment.cohortId }),
    cancelledAt: iso(now),
  });
