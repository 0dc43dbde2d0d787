import { isRefusal, type Refusal } from "../kernel/error.ts";
import { event, type NewEvent } from "../kernel/event.ts";
import { transition } from "../kernel/machine.ts";
import type { Money } from "../kernel/money.ts";
import { DAY, iso } from "../kernel/time.ts";
import {
  enrollmentActivated,
  enrollmentCompleted,
  enrollmentExpired,
  enrollmentRefunded,
} from "./events.ts";
import { enrollmentMachine } from "./machine.ts";
import type { lmsEnrollments } from "./schema.ts";

type EnrollmentRow = typeof lmsEnrollments.$inferSelect;

/** A row as a transition leaves it, and what the log is told. */
export type Moved = { row: EnrollmentRow; events: NewEvent[] };

const idsOf = (row: Pick<EnrollmentRow, "id" | "learnerId" | "courseId">) => ({
  enrollmentId: row.id,
  learnerId: row.learnerId,
  courseId: row.courseId,
});

/** From now on the learner has the course, for as long as the course says. */
export function activated(
  { row, events }: Moved,
  course: { enrollmentDays: number | null },
  now: number,
): Moved {
  const { enrollmentDays } = course;
  const payload = {
    ...idsOf(row),
    ...(row.cohortId === null ? {} : { cohortId: row.cohortId }),
    activatedAt: iso(now),
  };
  return {
    row: {
      ...row,
      status: "active",
      activatedAt: now,
      seatUntil: null,
      expiresAt: enrollmentDays === null ? null : now + enrollmentDays * DAY,
    },
    events: [...events, event(enrollmentActivated, numberedAfter(row), payload)],
  };
}

/** The completion that an active enrollment has reached; completed where that meets the threshold. */
export function progressed(
  { row, events }: Moved,
  { completionPct, threshold, now }: { completionPct: number; threshold: number; now: number },
): Moved {
  const reached = { ...row, completionPct: Math.max(row.completionPct, completionPct) };
  if (row.status !== "active" || completionPct < threshold) return { row: reached, events };
  const payload = {
    ...idsOf(row),
    completionPct: reached.completionPct,
    completedAt: iso(now),
  };
  return {
    row: { ...reached, status: "completed", completedAt: now },
    events: [...events, event(enrollmentCompleted, numberedAfter(row), payload)],
  };
}

/** What the log is told of access that has ended. */
export const expiredEvent = (
  row: Pick<EnrollmentRow, "id" | "version" | "learnerId" | "courseId">,
  now: number,
): NewEvent => event(enrollmentExpired, numberedAfter(row), { ...idsOf(row), expiredAt: iso(now) });

/** All that was paid has gone back, and the access with it. */
export function refunded(
  row: EnrollmentRow,
  { amount, paymentId }: { amount: Money; paymentId: string },
  now: number,
): Moved | Refusal<"INVALID_TRANSITION"> {
  const next = transition(enrollmentMachine, row.status, "refund");
  if (isRefusal(next)) return next;
  const payload = { ...idsOf(row), refundAmount: amount, refundedAt: iso(now), paymentId };
  return {
    row: { ...row, status: next.to, seatUntil: null },
    events: [event(enrollmentRefunded, numberedAfter(row), payload)],
  };
}

/** Events of one decision all start from the version that was read. */
const numberedAfter = (row: Pick<EnrollmentRow, "id" | "version">) => ({
  id: row.id,
  version: row.version,
});
