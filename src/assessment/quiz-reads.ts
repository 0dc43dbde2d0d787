import {
  authoredModule,
  courseById,
  type ModuleRow,
  type SectionRow,
  sectionById,
} from "../catalog/statements.ts";
import { courseIdWithin, enrollmentById } from "../enrollment/statements.ts";
import type { Actor } from "../kernel/permission.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import {
  type AttemptRow,
  attemptById,
  type Limits,
  mayStillTry,
  ofAttempt,
  type Tried,
  triedSoFar,
} from "./quiz-attempt.ts";
import { termsOf } from "./quiz-terms.ts";
import { type AssignmentRow, assignmentById } from "./statements.ts";

/** An attempt and whose it is. */
export function attemptReads(db: Db, orgId: string, attemptId: string) {
  const enrollmentId = ofAttempt("enrollment_id", orgId, attemptId);
  return {
    attempt: found("Quiz attempt", attemptById(db, orgId, attemptId)),
    enrollment: found("Quiz attempt", enrollmentById(db, orgId, enrollmentId)),
    assignment: maybe(assignmentById(db, orgId, ofAttempt("assignment_id", orgId, attemptId))),
  };
}

/** With all that says whether what is right may be shown. */
export function revealReads(db: Db, actor: Actor, attemptId: string) {
  const { orgId } = actor;
  const of = (column: Parameters<typeof ofAttempt>[0]) => ofAttempt(column, orgId, attemptId);
  return {
    ...attemptReads(db, orgId, attemptId),
    course: found(
      "Quiz attempt",
      courseById(db, orgId, courseIdWithin(orgId, of("enrollment_id"))),
    ),
    module: maybe(authoredModule(db, orgId, of("module_id"))),
    section: maybe(sectionById(db, orgId, of("section_id"))),
    tried: maybe(
      triedSoFar(db, orgId, { enrollmentId: of("enrollment_id"), quizId: of("quiz_id") }),
    ),
  };
}

type Holders = {
  module: ModuleRow | undefined;
  section: SectionRow | undefined;
  assignment: AssignmentRow | undefined;
};

/** What limits trying again: the content as it stands, else what was pinned when the attempt began. */
export function limitsOf(
  { attemptsMax }: Pick<AttemptRow, "attemptsMax">,
  { module, section, assignment }: Holders,
): Limits {
  if (assignment) return { attemptsMax: assignment.maxAttempts, masteryScore: null };
  const holder = section ?? module;
  const terms = holder && termsOf(holder.type, holder.content);
  const now = terms?.attemptsMax;
  return {
    attemptsMax: now === undefined ? attemptsMax : now,
    masteryScore: section ? null : (module?.masteryScore ?? null),
  };
}

/** Whether the learner may be shown what is right: graded, and nothing left to try. */
export const isRevealed = (
  attempt: Pick<AttemptRow, "status" | "attemptsMax">,
  tried: Tried,
  holders: Holders,
): boolean => attempt.status === "graded" && !mayStillTry(tried, limitsOf(attempt, holders));
