import { sql } from "drizzle-orm";
import * as z from "zod";
import { courseById, moduleById, moduleOutlineOf, sectionById } from "../../catalog/statements.ts";
import {
  courseIdOfEnrollment,
  type EnrollmentRow,
  enrollmentById,
  enrollmentIdOf,
  enrollmentMoved,
} from "../../enrollment/statements.ts";
import { command, type DecideAsk } from "../../kernel/command.ts";
import { notFound, type Refusal, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, guard, maybe } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
import { iso, SECOND } from "../../kernel/time.ts";
import { moduleStarted } from "../../learning/events.ts";
import {
  enrollmentRef,
  learnedToday,
  lockOf,
  moduleProgressOf,
  moduleStart,
  notOpen,
  ONE_REF,
  oneRef,
} from "../../learning/statements.ts";
import { quizStarted, quizSubmitted } from "../events.ts";
import { asked, ownerOf, type QuestionRow, type Quiz, questionsOf } from "../question-rows.ts";
import {
  type AttemptRow,
  isDone,
  isOverdue,
  latestAttempt,
  type Tried,
  triedSoFar,
  triedWith,
  UNTRIED,
} from "../quiz-attempt.ts";
import { handedIn, namesOf } from "../quiz-hand-in.ts";
import { paperOf, seedOf } from "../quiz-paper.ts";
import { ofTaker, quizAttemptBy } from "../quiz-permissions.ts";
import { attemptAnswer, showAttempt } from "../quiz-shown.ts";
import { quizHandIn } from "../quiz-tasks.ts";
import { type Terms, termsOf } from "../quiz-terms.ts";
import { lmsQuizAttempts } from "../schema.ts";

export const quizStart = command({
  type: "lms.quiz.start",
  summary: "Start an attempt at a quiz, or go on with the open one on any device",
  input: z
    .strictObject({
      ...enrollmentRef,
      moduleId: id,
      sectionId: id.optional().describe("The section whose quiz it is; else the module's own"),
    })
    .refine(oneRef, ONE_REF),
  output: attemptAnswer,
  permission: quizAttemptBy,
  feature: "enableQuizzes",
  emits: [moduleStarted, quizStarted, quizSubmitted],
  refuses: ["INVALID_TRANSITION", "PROGRESS_BLOCKED", "RULE_FAILED"],
  read: ({ db, input, actor }) => {
    const { orgId } = actor;
    const { moduleId, sectionId } = input;
    const enrollmentId = enrollmentIdOf(actor, input);
    const courseId = courseIdOfEnrollment(actor, input);
    const taken = { enrollmentId, quizId: sectionId ?? moduleId };
    return {
      enrollment: found("Enrollment", enrollmentById(db, orgId, enrollmentId)),
      course: found("Course", courseById(db, orgId, courseId)),
      modules: moduleOutlineOf(db, orgId, courseId),
      progress: moduleProgressOf(db, orgId, enrollmentId),
      module: found("Module", moduleById(db, orgId, moduleId, courseId)),
      section:
        sectionId === undefined ? undefined : found("Section", sectionById(db, orgId, sectionId)),
      questions: questionsOf(db, orgId, quizOf(input)),
      latest: maybe(latestAttempt(db, orgId, taken)),
      tried: maybe(triedSoFar(db, orgId, taken)),
    };
  },
  own: ofTaker,
  decide: ({ enrollment, module, modules, progress, section, questions, ...taken }, ask) => {
    const { db, now, settings } = ask;
    const closed = notOpen(enrollment, now) ?? lockOf(modules, progress, module);
    if (closed) return closed;
    if (section && section.moduleId !== module.id) return notFound("Section");
    const holder = section ?? module;
    const terms = termsOf(holder.type, holder.content);
    if (!terms || questions.length === 0) {
      return refuse("RULE_FAILED", `“${holder.title}” asks no questions`);
    }
    const { latest, tried = UNTRIED } = taken;
    if (latest?.status === "open" && !isOverdue(latest, now)) {
      return { answer: showAttempt(latest, enrollment, { now, revealed: false }) };
    }
    const late = latest?.status === "open" ? handedIn(ask, latest, enrollment) : undefined;
    const sofar = late ? triedWith(tried, late.attempt) : tried;
    const attemptsMax =
      terms.attemptsMax === undefined ? settings.defaults.maxQuizAttempts : terms.attemptsMax;
    const masteryScore = section ? null : module.masteryScore;
    const spent = spentBy(sofar, { attemptsMax, masteryScore });
    if (spent) return spent;
    const attempt = newAttempt(ask, enrollment, {
      questions,
      terms,
      attemptsMax,
      used: sofar.used,
    });
    const before = progress.find((one) => one.moduleId === module.id);
    const opened = moduleStart(ask, enrollment, module.id, before);
    const events = [
      ...(late?.events ?? []),
      ...opened.events,
      event(quizStarted, enrollment, startedPayload(attempt, enrollment)),
    ];
    const { inModuleId: _, ...row } = attempt;
    return {
      answer: showAttempt(attempt, enrollment, { now, revealed: false }),
      status: 201,
      events,
      writes: [
        nobodyStarted(ask, enrollment, attempt),
        ...(late?.writes ?? []),
        ...opened.writes,
        enrollmentMoved(
          db,
          enrollment,
          { row: { ...enrollment, lastAccessedAt: now }, events },
          now,
        ),
        db.insert(lmsQuizAttempts).values(row),
        learnedToday(ask, enrollment, {}),
      ],
      tasks:
        attempt.deadlineAt === null
          ? []
          : [newTask(quizHandIn, { subject: attempt.id, payload: {}, at: attempt.deadlineAt })],
    };
  },
});

const quizOf = ({
  moduleId,
  sectionId,
}: {
  moduleId: string;
  sectionId?: string | undefined;
}): Quiz => (sectionId === undefined ? { moduleId } : { sectionId });

/** Why there is no further attempt. */
function spentBy(
  tried: Tried,
  limits: { attemptsMax: number | null; masteryScore: number | null },
): Refusal<"RULE_FAILED"> | undefined {
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

type Ask = Pick<DecideAsk<unknown>, "db" | "now" | "id"> & {
  input: { moduleId: string; sectionId?: string | undefined };
};

function newAttempt(
  { input, now, id: newId }: Ask,
  enrollment: EnrollmentRow,
  {
    questions,
    terms,
    attemptsMax,
    used,
  }: { questions: QuestionRow[]; terms: Terms; attemptsMax: number | null; used: number },
): AttemptRow {
  const attemptId = newId();
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
    attemptsMax,
    score: null,
    maxScore: null,
    passed: null,
    startedAt: now,
    deadlineAt: terms.timeLimitSec === null ? null : now + terms.timeLimitSec * SECOND,
    submittedAt: null,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

const startedPayload = (attempt: AttemptRow, enrollment: EnrollmentRow) => ({
  attemptId: attempt.id,
  ...namesOf(attempt, enrollment),
  attemptNumber: attempt.attemptNumber,
  questions: attempt.paper.length,
  startedAt: iso(attempt.startedAt),
  ...(attempt.deadlineAt === null ? {} : { deadlineAt: iso(attempt.deadlineAt) }),
});

/** Of many that start at once one makes the attempt; the others are decided anew, and go on with it. */
const nobodyStarted = ({ db }: Ask, enrollment: EnrollmentRow, attempt: AttemptRow) =>
  guard(
    db,
    sql`not exists (select 1 from lms_quiz_attempts where enrollment_id = ${enrollment.id}
      and coalesce(module_id, section_id, assignment_id) = ${attempt.sectionId ?? attempt.moduleId}
      and attempt_number >= ${attempt.attemptNumber})`,
  );
