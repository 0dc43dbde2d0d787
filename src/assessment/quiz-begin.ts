import { sql } from "drizzle-orm";
import type { ModuleRow, SectionRow } from "../catalog/statements.ts";
import type { EnrollmentRow } from "../enrollment/statements.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Settings } from "../kernel/settings.ts";
import { type Db, guard } from "../kernel/statement.ts";
import { iso, SECOND } from "../kernel/time.ts";
import { asked, ownerOf, type QuestionRow, quizOf } from "./question-rows.ts";
import { type AttemptRow, isDone, type Limits, type Tried } from "./quiz-attempt.ts";
import { namesOf } from "./quiz-hand-in.ts";
import { paperOf, seedOf } from "./quiz-paper.ts";
import { type Terms, termsOf, termsOfAssignment } from "./quiz-terms.ts";
import type { AssignmentRow } from "./statements.ts";

type Place = {
  module: ModuleRow;
  section: SectionRow | undefined;
  assignment: AssignmentRow | undefined;
};
/** Terms with what the organization and the module add to them. */
type Pinned = Terms & Limits;

/** On what terms a quiz is begun now; none where this place asks no questions. */
export function termsAt(
  { module, section, assignment }: Place,
  { defaults }: Settings,
): Pinned | undefined {
  const { type, content } = section ?? module;
  const ofAssignment = assignment?.type === "quiz" ? termsOfAssignment(assignment) : undefined;
  const terms = assignment ? ofAssignment : termsOf(type, content);
  return (
    terms && {
      ...terms,
      attemptsMax: terms.attemptsMax === undefined ? defaults.maxQuizAttempts : terms.attemptsMax,
      masteryScore: section || assignment ? null : module.masteryScore,
    }
  );
}

/** Why there is no further attempt. */
export function spentBy(tried: Tried, limits: Limits): Refusal<"RULE_FAILED"> | undefined {
  if (isDone(tried, limits)) {
    return refuse(
      "RULE_FAILED",
      "This quiz is passed: its answers can be read now, and the best score counts",
    );
  }
  const { attemptsMax } = limits;
  if (attemptsMax === null || tried.used < attemptsMax) return undefined;
  return refuse("RULE_FAILED", `All ${attemptsMax} attempts at this quiz are used`, {
    more: { attemptsMax, attemptsUsed: tried.used },
  });
}

export function newAttempt(
  ask: { input: Parameters<typeof quizOf>[0]; now: number; id: () => string },
  enrollment: EnrollmentRow,
  about: {
    questions: readonly QuestionRow[];
    terms: Pinned;
    /** Past which nothing is taken any more. */
    endsAt: number | null;
    used: number;
  },
): AttemptRow {
  const { input, now } = ask;
  const { questions, terms, endsAt, used } = about;
  const attemptId = ask.id();
  const seed = seedOf(attemptId);
  return {
    id: attemptId,
    organizationId: enrollment.organizationId,
    enrollmentId: enrollment.id,
    ...ownerOf(quizOf(input)),
    inModuleId: input.moduleId,
    attemptNumber: used + 1,
    status: "open",
    seed,
    paper: paperOf(questions.map(asked), { ...terms, seed }),
    answers: {},
    answersSaved: 0,
    marks: null,
    passingPct: terms.passingPct,
    attemptsMax: terms.attemptsMax,
    score: null,
    maxScore: null,
    passed: null,
    startedAt: now,
    deadlineAt: terms.timeLimitSec === null ? endsAt : now + terms.timeLimitSec * SECOND,
    submittedAt: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

export const startedPayload = (attempt: AttemptRow, enrollment: EnrollmentRow) => ({
  attemptId: attempt.id,
  ...namesOf(attempt, enrollment),
  attemptNumber: attempt.attemptNumber,
  questions: attempt.paper.length,
  startedAt: iso(attempt.startedAt),
  ...(attempt.deadlineAt === null ? {} : { deadlineAt: iso(attempt.deadlineAt) }),
});

/** Of many that start at once one makes the attempt; the others are decided anew, and go on with it. */
export const nobodyStarted = (db: Db, attempt: AttemptRow) =>
  guard(
    db,
    sql`not exists (select 1 from lms_quiz_attempts where enrollment_id = ${attempt.enrollmentId}
      and coalesce(module_id, section_id, assignment_id)
        = ${attempt.assignmentId ?? attempt.sectionId ?? attempt.moduleId}
      and attempt_number >= ${attempt.attemptNumber})`,
  );
