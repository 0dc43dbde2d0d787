import * as z from "zod";
import { cohortById, isOpenCohort, noSeatLeft, whileOpen } from "../../cohorts/statements.ts";
import { command } from "../../kernel/command.ts";
import { notFound, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { iso } from "../../kernel/time.ts";
import { enrollmentAnswer, showEnrollment } from "../enrollment.ts";
import { enrollmentMovedCohort } from "../events.ts";
import { heldFor, holdMs } from "../hold.ts";
import { enrollmentMoveBy } from "../permissions.ts";
import { enrollmentById, enrollmentMoved } from "../statements.ts";

export const enrollmentMove = command({
  type: "lms.enrollment.move",
  summary: "Move an enrollment to another cohort of its course",
  input: z.strictObject({ enrollmentId: id, cohortId: id }),
  output: enrollmentAnswer,
  permission: enrollmentMoveBy,
  feature: "enableCohorts",
  emits: [enrollmentMovedCohort],
  refuses: ["CAPACITY_REACHED", "INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.enrollmentId)),
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
  }),
  decide: ({ enrollment, cohort }, { db, actor, now, settings }) => {
    if (cohort.courseId !== enrollment.courseId) return notFound("Cohort");
    const { status, cohortId: fromCohortId } = enrollment;
    if (status !== "active" && status !== "pending-payment") {
      return refuse(
        "INVALID_TRANSITION",
        `Enrollment must be in pending-payment or active status to move; it is ${status}`,
        { more: { state: status } },
      );
    }
    if (fromCohortId === cohort.id) {
      return refuse("RULE_FAILED", "The enrollment is in this cohort already; name another");
    }
    if (!isOpenCohort(cohort)) {
      return refuse(
        "INVALID_TRANSITION",
        `Cohort must be scheduled or active to move to; it is ${cohort.status}`,
        { more: { state: cohort.status } },
      );
    }
    const seatUntil =
      status === "active"
        ? null
        : heldFor(enrollment, holdMs(settings, { provider: "manual" }), now);
    const row = { ...enrollment, cohortId: cohort.id, seatUntil };
    const moved = event(enrollmentMovedCohort, enrollment, {
      enrollmentId: enrollment.id,
      learnerId: enrollment.learnerId,
      courseId: enrollment.courseId,
      cohortId: cohort.id,
      ...(fromCohortId === null ? {} : { fromCohortId }),
      movedAt: iso(now),
    });
    return {
      answer: showEnrollment({ ...row, version: row.version + 1, updatedAt: now }),
      events: [moved],
      writes: [
        whileOpen(db, actor.orgId, cohort.id),
        enrollmentMoved(db, enrollment, { row, events: [moved] }, now),
      ],
      seat: {
        request: {
          cohortId: cohort.id,
          learnerId: enrollment.learnerId,
          enrollmentId: enrollment.id,
          capacity: cohort.capacity,
          cohortVersion: cohort.version,
        },
        otherwise: noSeatLeft(cohort),
      },
    };
  },
});
