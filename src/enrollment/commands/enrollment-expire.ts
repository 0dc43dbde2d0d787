import * as z from "zod";
import { countEnrolled } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { found } from "../../kernel/statement.ts";
import { enrollmentAnswer, showEnrollment } from "../enrollment.ts";
import { enrollmentExpired } from "../events.ts";
import { enrollmentMachine } from "../machine.ts";
import { enrollmentManageBy } from "../permissions.ts";
import { enrollmentById, enrollmentMoved } from "../statements.ts";
import { expiredEvent } from "../transitions.ts";

export const enrollmentExpire = command({
  type: "lms.enrollment.expire",
  summary: "End the access of an active enrollment",
  input: z.strictObject({ enrollmentId: id }),
  output: enrollmentAnswer,
  permission: enrollmentManageBy,
  emits: [enrollmentExpired],
  refuses: ["INVALID_TRANSITION"],
  revises: "enrollment",
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.enrollmentId)),
  }),
  decide: ({ enrollment }, { db, actor, now }) => {
    const next = transition(enrollmentMachine, enrollment.status, "expire");
    if (isRefusal(next)) return next;
    const row = { ...enrollment, status: next.to, expiresAt: enrollment.expiresAt ?? now };
    const expired = expiredEvent(enrollment, now);
    return {
      answer: showEnrollment({ ...row, version: row.version + 1, updatedAt: now }),
      events: [expired],
      writes: [
        enrollmentMoved(db, enrollment, { row, events: [expired] }, now),
        countEnrolled(db, actor.orgId, enrollment.courseId, -1),
      ],
    };
  },
});
