import { job } from "../kernel/job.ts";
import { noticesWanted } from "../notifications/statements.ts";
import {
  AHEAD_HOURS,
  type AssignmentKey,
  type DueCursor,
  type DueRow,
  dueCursorOf,
  LEARNERS,
  nextAssignments,
  pendingLearners,
  positionOfDue,
} from "./due.ts";

export const assignmentDueReminders = job({
  name: "lms.assignment-due-reminders",
  summary: "Reminds learners of work that is due within 24 hours and has not come in",
  cron: "0 9 * * *",
  read: ({ db, now, cursor }) => {
    const ask = { now, at: dueCursorOf(cursor) };
    return { keys: nextAssignments(db, ask), learners: pendingLearners(db, ask) };
  },
  run: async ({ keys, learners = [] }, { cursor, now }) => {
    const at = dueCursorOf(cursor);
    const { rows, next } = pageOfDue(at, { keys, learners });
    const due = rows.filter((one) => one.isDone === 0 && one.dueAt > now);
    const organizations = Map.groupBy(due, (one) => one.organizationId);
    return {
      processed: due.length,
      inOrganizations: [...organizations].map(([orgId, some]) => ({
        orgId,
        tasks: noticesWanted("assignment.due-soon", some.map(noticeOf)),
      })),
      ...(next && { next: positionOfDue(next) }),
    };
  },
});

type Read = { keys: readonly AssignmentKey[]; learners: readonly DueRow[] };

/** The page ends at the first assignment whose learners are too many for it, else with the last pending one. */
function pageOfDue(at: DueCursor, { keys, learners }: Read): { rows: DueRow[]; next?: DueCursor } {
  const rows: DueRow[] = [];
  for (const [index, assignmentId] of at.pending.entries()) {
    const some = learners
      .filter((one) => one.assignmentId === assignmentId)
      .toSorted((a, b) => a.startedAt - b.startedAt || (a.enrollmentId < b.enrollmentId ? -1 : 1));
    rows.push(...some);
    const last = some.length < LEARNERS ? undefined : some.at(-1);
    if (last) {
      const learner = { startedAt: last.startedAt, id: last.enrollmentId };
      return { rows, next: { ...at, learner, pending: at.pending.slice(index) } };
    }
  }
  const seen = keys.at(-1);
  if (seen) {
    return { rows, next: { ...at, seen, learner: null, pending: keys.map((one) => one.id) } };
  }
  return at.phase === "absolute"
    ? { rows, next: { phase: "relative", seen: null, learner: null, pending: [] } }
    : { rows };
}

const noticeOf = ({ assignmentId, learnerId, dueAt, courseId, enrollmentId }: DueRow) => ({
  subject: assignmentId,
  recipientId: learnerId,
  threshold: AHEAD_HOURS,
  dueAt,
  about: { assignmentId, courseId, enrollmentId },
});
