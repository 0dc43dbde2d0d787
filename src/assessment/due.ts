import { type SQL, sql } from "drizzle-orm";
import type { Position } from "../kernel/page.ts";
import type { Db } from "../kernel/statement.ts";
import { DAY, HOUR } from "../kernel/time.ts";
import { isTold } from "../notifications/statements.ts";

/** Assignments a page: D1 joins no more SELECTs than these into one. */
export const ASSIGNMENTS = 5;
/** Learners a page and assignment. */
export const LEARNERS = 100;
/** How long before it is due a learner is reminded. */
const AHEAD_MS = DAY;
export const AHEAD_HOURS = AHEAD_MS / HOUR;

/** Due dates that an assignment's learners share, then those that each has from enrolling. */
export type DuePhase = "absolute" | "relative";
export type AssignmentKey = { key: number; id: string };
export type LearnerKey = { startedAt: number; id: string };

/** `pending` assignments are looked at, the first from after `learner`; those after `seen` come then. */
export type DueCursor = {
  phase: DuePhase;
  seen: AssignmentKey | null;
  learner: LearnerKey | null;
  pending: readonly string[];
};

export type DueRow = {
  assignmentId: string;
  organizationId: string;
  courseId: string;
  enrollmentId: string;
  learnerId: string;
  startedAt: number;
  dueAt: number;
  isDone: number;
};

const NOWHERE = { startedAt: 0, id: "" };

export function dueCursorOf(cursor: Position | null): DueCursor {
  const [phase, key, id, startedAt, enrollmentId, ...pending] = cursor ?? [];
  return {
    phase: phase === "relative" ? "relative" : "absolute",
    seen: key === undefined ? null : { key: Number(key), id: String(id) },
    learner: enrollmentId ? { startedAt: Number(startedAt), id: String(enrollmentId) } : null,
    pending: pending.map(String),
  };
}

export function positionOfDue({ phase, seen, learner, pending }: DueCursor): Position {
  if (!seen) return [phase];
  const { startedAt, id } = learner ?? NOWHERE;
  return [phase, seen.key, seen.id, startedAt, id, ...pending];
}

/** As the index has it. */
const startedAt = sql`coalesce(e.activated_at, e.enrolled_at)`;
const spanMs = sql.raw(`a.due_hours_after_enrollment * ${HOUR}`);

type Ask = { now: number; at: DueCursor };

/** The assignments after those seen that may be due within a day. */
export const nextAssignments = (db: Db, { now, at: { phase, seen } }: Ask) => {
  const key = sql.raw(phase === "absolute" ? "absolute_due_date" : "due_hours_after_enrollment");
  const from = seen
    ? sql`(${key}, id) > (${seen.key}, ${seen.id})`
    : sql`${key} > ${phase === "absolute" ? now : 0}`;
  const until = phase === "absolute" ? sql`and ${key} <= ${now + AHEAD_MS}` : sql``;
  return db.all<AssignmentKey>(sql`select ${key} as key, id from lms_assignments
    where ${key} is not null and deleted_at is null and ${from} ${until}
    order by ${key}, id limit ${ASSIGNMENTS}`);
};

/** Learners of the pending assignments in the order of their start, as many of each as a page may have. */
export const pendingLearners = (db: Db, { now, at: { phase, learner, pending } }: Ask) => {
  if (pending.length === 0) return undefined;
  const parts = pending.map((assignmentId, index) =>
    learnersOf(assignmentId, { now, phase, after: index === 0 ? learner : null }),
  );
  return db.all<DueRow>(sql.join(parts, sql` union all `));
};

function learnersOf(
  assignmentId: string,
  { now, phase, after }: { now: number; phase: DuePhase; after: LearnerKey | null },
): SQL {
  const due = phase === "absolute" ? sql`a.absolute_due_date` : sql`(${startedAt} + ${spanMs})`;
  const until =
    phase === "relative" ? sql`and ${startedAt} <= ${now + AHEAD_MS} - ${spanMs}` : sql``;
  const fromStart = phase === "relative" ? sql`and ${startedAt} > ${now} - ${spanMs}` : sql``;
  // One lower bound alone: SQLite would seek by the other.
  const from = after
    ? sql`and ${startedAt} >= ${after.startedAt}
        and (${startedAt} > ${after.startedAt} or e.id > ${after.id})`
    : fromStart;
  const told = isTold(sql`a.organization_id`, {
    kind: "assignment.due-soon",
    subject: sql`a.id`,
    recipientId: sql`e.learner_id`,
    threshold: sql.raw(String(AHEAD_HOURS)),
    dueAt: due,
  });
  return sql`select * from (select a.id as assignmentId, a.organization_id as organizationId,
      a.course_id as courseId, e.id as enrollmentId, e.learner_id as learnerId,
      ${startedAt} as startedAt, ${due} as dueAt,
      (exists (select 1 from lms_submissions as s
          where s.assignment_id = a.id and s.enrollment_id = e.id)
        or exists (select 1 from lms_quiz_attempts as q where q.enrollment_id = e.id
          and coalesce(q.module_id, q.section_id, q.assignment_id) = a.id and q.status <> 'open')
        or ${told}) as isDone
    from lms_assignments as a cross join lms_enrollments as e indexed by lms_enrollments_started
    where a.id = ${assignmentId} and a.deleted_at is null
      and e.organization_id = a.organization_id and e.course_id = a.course_id
      and e.status = 'active' ${until} ${from}
    order by ${startedAt}, e.id limit ${LEARNERS})`;
}
