import * as z from "zod";
import { courseById } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { breaks } from "../../kernel/rule.ts";
import { found } from "../../kernel/statement.ts";
import { enrollmentAnswer, showEnrollment } from "../enrollment.ts";
import { enrollmentCompleted } from "../events.ts";
import { enrollmentMachine } from "../machine.ts";
import { enrollmentManageBy } from "../permissions.ts";
import { certificateRequiresThreshold } from "../rules.ts";
import { courseIdOfEnrollment, enrollmentById, enrollmentMoved } from "../statements.ts";
import { progressed } from "../transitions.ts";

export const enrollmentComplete = command({
  type: "lms.enrollment.complete",
  summary: "Complete an enrollment that has reached its course's threshold",
  input: z.strictObject({ enrollmentId: id }),
  output: enrollmentAnswer,
  permission: enrollmentManageBy,
  emits: [enrollmentCompleted],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.enrollmentId)),
    course: found("Course", courseById(db, actor.orgId, courseIdOfEnrollment(actor, input))),
  }),
  decide: ({ enrollment, course }, { db, now }) => {
    const next = transition(enrollmentMachine, enrollment.status, "complete");
    if (isRefusal(next)) return next;
    const short = breaks(certificateRequiresThreshold, { enrollment, course });
    if (short) return short;
    const { completionPct } = enrollment;
    const threshold = course.completionThreshold;
    const moved = progressed({ row: enrollment, events: [] }, { completionPct, threshold, now });
    return {
      answer: showEnrollment({ ...moved.row, version: enrollment.version + 1, updatedAt: now }),
      events: moved.events,
      writes: [enrollmentMoved(db, enrollment, moved, now)],
    };
  },
});
