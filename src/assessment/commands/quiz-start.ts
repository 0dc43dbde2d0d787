import * as z from "zod";
import { courseById, moduleById, moduleOutlineOf, sectionById } from "../../catalog/statements.ts";
import {
  courseIdOfEnrollment,
  type EnrollmentRow,
  enrollmentById,
  enrollmentIdOf,
  enrollmentMoved,
} from "../../enrollment/statements.ts";
import { type Accepted, command, type DecideAsk } from "../../kernel/command.ts";
import { notFound, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { breaks } from "../../kernel/rule.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
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
  type Started,
} from "../../learning/statements.ts";
import { quizStarted, quizSubmitted } from "../events.ts";
import { questionsOf, quizOf } from "../question-rows.ts";
import {
  type AttemptRow,
  isOverdue,
  latestAttempt,
  triedSoFar,
  triedWith,
  UNTRIED,
} from "../quiz-attempt.ts";
import { newAttempt, nobodyStarted, spentBy, startedPayload, termsAt } from "../quiz-begin.ts";
import { type HandedIn, handedIn } from "../quiz-hand-in.ts";
import { ofTaker, quizAttemptBy } from "../quiz-permissions.ts";
import { attemptAnswer, showAttempt } from "../quiz-shown.ts";
import { quizHandIn } from "../quiz-tasks.ts";
import { assignmentNoLateSubmission } from "../rules.ts";
import { lmsQuizAttempts } from "../schema.ts";
import { assignmentById, dueAtOf } from "../statements.ts";

export const quizStart = command({
  type: "lms.quiz.start",
  summary: "Start an attempt at a quiz, or go on with the open one on any device",
  input: z
    .strictObject({
      ...enrollmentRef,
      moduleId: id,
      sectionId: id.optional().describe("The section whose quiz it is"),
      assignmentId: id
        .optional()
        .describe("The assignment whose quiz it is; else the module's own"),
    })
    .refine(oneRef, ONE_REF)
    .refine((of) => of.sectionId === undefined || of.assignmentId === undefined, {
      path: ["assignmentId"],
      message: "Name the section or the assignment, not both",
    }),
  output: attemptAnswer,
  statuses: [201, 200],
  permission: quizAttemptBy,
  feature: "enableQuizzes",
  emits: [moduleStarted, quizStarted, quizSubmitted],
  refuses: ["INVALID_TRANSITION", "PROGRESS_BLOCKED", "RULE_FAILED"],
  read: ({ db, input, actor }) => {
    const { orgId } = actor;
    const { moduleId, sectionId, assignmentId } = input;
    const enrollmentId = enrollmentIdOf(actor, input);
    const courseId = courseIdOfEnrollment(actor, input);
    const taken = { enrollmentId, quizId: assignmentId ?? sectionId ?? moduleId };
    return {
      enrollment: found("Enrollment", enrollmentById(db, orgId, enrollmentId)),
      course: found("Course", courseById(db, orgId, courseId)),
      modules: moduleOutlineOf(db, orgId, courseId),
      progress: moduleProgressOf(db, orgId, enrollmentId),
      module: found("Module", moduleById(db, orgId, moduleId, courseId)),
      section:
        sectionId === undefined ? undefined : found("Section", sectionById(db, orgId, sectionId)),
      assignment:
        assignmentId === undefined
          ? undefined
          : found("Assignment", assignmentById(db, orgId, assignmentId)),
      questions: questionsOf(db, orgId, quizOf(input)),
      latest: maybe(latestAttempt(db, orgId, taken)),
      tried: maybe(triedSoFar(db, orgId, taken)),
    };
  },
  own: ofTaker,
  decide: ({ enrollment, module, modules, progress, questions, ...taken }, ask) => {
    const { now, settings } = ask;
    const closed = notOpen(enrollment, now) ?? lockOf(modules, progress, module);
    if (closed) return closed;
    const { latest, section, assignment, tried = UNTRIED } = taken;
    if (section && section.moduleId !== module.id) return notFound("Section");
    if (assignment && assignment.moduleId !== module.id) return notFound("Assignment");
    if (latest?.status === "open" && !isOverdue(latest, now)) {
      return { answer: showAttempt(latest, enrollment, { now, revealed: false }), status: 200 };
    }
    const terms = termsAt({ module, section, assignment }, settings);
    if (!terms || questions.length === 0) {
      return refuse(
        "RULE_FAILED",
        `“${(assignment ?? section ?? module).title}” asks no questions`,
      );
    }
    const late =
      latest?.status === "open" ? handedIn(ask, latest, { enrollment, assignment }) : undefined;
    const sofar = late ? triedWith(tried, late.attempt) : tried;
    const dueAt = assignment ? dueAtOf(assignment, enrollment) : null;
    const facts = { now, assignment: { ...assignment, dueAt } };
    const spent =
      spentBy(sofar, terms) ?? (assignment ? breaks(assignmentNoLateSubmission, facts) : undefined);
    if (spent) return spent;
    const endsAt = assignment?.allowLateSubmission ? null : dueAt;
    const about = { questions, terms, endsAt, used: sofar.used };
    const attempt = newAttempt(ask, enrollment, about);
    const before = progress.find((one) => one.moduleId === module.id);
    return begun(ask, enrollment, {
      attempt,
      late,
      opened: moduleStart(ask, enrollment, module.id, before),
    });
  },
});

/** All that a new attempt leaves behind, the one that it follows handed in with it. */
function begun(
  ask: DecideAsk<unknown>,
  enrollment: EnrollmentRow,
  { attempt, late, opened }: { attempt: AttemptRow; late: HandedIn | undefined; opened: Started },
): Accepted<z.infer<typeof attemptAnswer>> {
  const { db, now } = ask;
  const events = [
    ...(late?.events ?? []),
    ...opened.events,
    event(quizStarted, enrollment, startedPayload(attempt, enrollment)),
  ];
  const { inModuleId: _, ...row } = attempt;
  const moved = { row: { ...enrollment, lastAccessedAt: now }, events };
  return {
    answer: showAttempt(attempt, enrollment, { now, revealed: false }),
    events,
    writes: [
      nobodyStarted(db, attempt),
      ...(late?.writes ?? []),
      ...opened.writes,
      enrollmentMoved(db, enrollment, moved, now),
      db.insert(lmsQuizAttempts).values(row),
      learnedToday(ask, enrollment, {}),
    ],
    tasks:
      attempt.deadlineAt === null
        ? []
        : [newTask(quizHandIn, { subject: attempt.id, payload: {}, at: attempt.deadlineAt })],
  };
}
