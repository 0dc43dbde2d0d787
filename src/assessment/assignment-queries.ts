import { eq, isNull, sql } from "drizzle-orm";
import * as z from "zod";
import {
  courseById,
  courseByRef,
  courseIdOf,
  inPublishedModule,
  moduleById,
} from "../catalog/statements.ts";
import { enrollmentIdIn, enrollmentOf, isOpen } from "../enrollment/statements.ts";
import { notFound, refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { newestFirst, pageFault, pageInput, pageOf, pageOutput } from "../kernel/page.ts";
import type { Actor } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found, maybe } from "../kernel/statement.ts";
import { isoOrNull, shownInstant } from "../kernel/time.ts";
import { assignmentAnswer, showAssignment } from "./assignment.ts";
import { dueAtOf, latenessOf } from "./lateness.ts";
import { assignmentBy, assignmentReadBy, assignmentReaders, ownCourse } from "./permissions.ts";
import { assignmentReads } from "./reads.ts";
import { lmsAssignments } from "./schema.ts";
import {
  type AssignmentRow,
  attemptsAt,
  courseIdOfAssignment,
  moduleIdOfAssignment,
  type SubmissionRow,
} from "./statements.ts";
import { notReturned } from "./submission.ts";

/** How the asking learner stands with it. */
const standing = z.object({
  dueAt: shownInstant.nullable(),
  isLate: z.boolean(),
  penaltyPct: z.number().describe("What work handed in now would lose"),
  locked: z.boolean().describe("The due date has passed and late work is not taken"),
  attemptsUsed: z.int(),
  attemptsLeft: z.int().nullable().describe("Null: without limit"),
  nextAttemptOpen: z.boolean(),
});

export const assignmentsGet = query({
  type: "lms.assignments.get",
  summary: "An assignment; to a learner with the own due date, attempts and what is still open",
  input: z.strictObject({ id }),
  output: assignmentAnswer.extend({ mine: standing.nullable() }),
  permission: assignmentReadBy,
  read: ({ db, input, actor }) => {
    const { orgId } = actor;
    const courseId = courseIdOfAssignment(orgId, input.id);
    const enrollmentId = enrollmentIdIn(orgId, actor.id, courseId);
    return {
      ...assignmentReads(db, orgId, input.id),
      module: maybe(moduleById(db, orgId, moduleIdOfAssignment(orgId, input.id), courseId)),
      enrollment: maybe(enrollmentOf(db, orgId, actor.id, courseId)),
      last: maybe(attemptsAt(db, orgId, { assignmentId: input.id, enrollmentId }).limit(1)),
    };
  },
  own: assignmentReaders,
  answer: ({ assignment, course, module, enrollment, last }, { actor, now }) => {
    const shown = showAssignment(assignment);
    if (authors(course, actor)) return { ...shown, mine: null };
    if (assignment.moduleId !== null && !module) return notFound("Assignment");
    if (!enrollment || !isOpen(enrollment, now)) return accessEnded(enrollment);
    return { ...shown, mine: standingOf(assignment, dueAtOf(assignment, enrollment), last, now) };
  },
});

const accessEnded = (enrollment: { status: string } | undefined) =>
  refuse(
    "PERMISSION_DENIED",
    `Permission denied: assignment:read; the enrollment is ${enrollment?.status ?? "missing"}`,
  );

const authors = (course: { instructorId: string; status: string }, actor: Actor): boolean =>
  actor.type === "system" ||
  actor.roles.some(
    (role) =>
      role === "lms-admin" ||
      (role === "instructor" && course.instructorId === actor.id) ||
      (role === "content-reviewer" && course.status === "under-review"),
  );

function standingOf(
  assignment: AssignmentRow,
  dueAt: number | null,
  last: SubmissionRow | undefined,
  now: number,
): z.infer<typeof standing> {
  const lateness = latenessOf({ ...assignment, dueAt }, now);
  const attemptsUsed = last?.attemptNumber ?? 0;
  const { maxAttempts } = assignment;
  const attemptsLeft = maxAttempts === null ? null : Math.max(0, maxAttempts - attemptsUsed);
  return {
    dueAt: isoOrNull(dueAt),
    ...lateness,
    attemptsUsed,
    attemptsLeft,
    nextAttemptOpen: !lateness.locked && attemptsLeft !== 0 && notReturned(last) === undefined,
  };
}

export const instructorAssignments = query({
  type: "lms.instructor.assignments",
  summary: "The assignments of a course, the newest first",
  input: z.strictObject({ ...pageInput, courseId: id, moduleId: id.optional() }),
  output: pageOutput(assignmentAnswer),
  permission: assignmentBy("list"),
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    rows: newestFirst(db, lmsAssignments, {
      orgId: actor.orgId,
      ask: input,
      filters: [
        eq(lmsAssignments.courseId, input.courseId),
        isNull(lmsAssignments.deletedAt),
        // The plus keeps the course's index, whose order is the page's.
        input.moduleId === undefined ? undefined : sql`+module_id = ${input.moduleId}`,
      ],
    }),
  }),
  own: ownCourse,
  answer: ({ rows }, { input }) => pageOf(input, rows, (row) => [row.id], showAssignment),
});

export const assignmentsList = query({
  type: "lms.assignments.list",
  summary: "The assignments of a course that one is enrolled in, the newest first",
  input: z.strictObject({
    ...pageInput,
    course: z.string().min(1).max(100).describe("Id or slug"),
  }),
  output: pageOutput(assignmentAnswer.extend({ dueAt: shownInstant.nullable() })),
  permission: assignmentReadBy,
  fault: pageFault,
  read: ({ db, input, actor }) => {
    const courseId = courseIdOf(actor.orgId, input.course);
    return {
      course: found("Course", courseByRef(db, actor.orgId, input.course)),
      enrollment: maybe(enrollmentOf(db, actor.orgId, actor.id, courseId)),
      rows: newestFirst(db, lmsAssignments, {
        orgId: actor.orgId,
        ask: input,
        filters: [
          eq(lmsAssignments.courseId, courseId),
          isNull(lmsAssignments.deletedAt),
          inPublishedModule(sql`lms_assignments.module_id`),
        ],
      }),
    };
  },
  own: assignmentReaders,
  answer: ({ course, enrollment, rows }, { input, actor, now }) =>
    authors(course, actor) || isOpen(enrollment, now)
      ? pageOf(
          input,
          rows,
          (row) => [row.id],
          (row) => ({
            ...showAssignment(row),
            dueAt: enrollment ? isoOrNull(dueAtOf(row, enrollment)) : null,
          }),
        )
      : accessEnded(enrollment),
});
