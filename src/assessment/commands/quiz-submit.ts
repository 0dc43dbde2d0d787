import * as z from "zod";
import { enrollmentMoved } from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { learnedToday } from "../../learning/statements.ts";
import { quizSubmitted } from "../events.ts";
import { triedWith, UNTRIED } from "../quiz-attempt.ts";
import { handedIn } from "../quiz-hand-in.ts";
import { ofTaker, quizAttemptBy } from "../quiz-permissions.ts";
import { isRevealed, revealReads } from "../quiz-reads.ts";
import { attemptAnswer, showAttempt } from "../quiz-shown.ts";

export const quizSubmit = command({
  type: "lms.quiz.submit",
  summary: "Hand an attempt in: it is graded at once, and the best attempt counts",
  input: z.strictObject({ attemptId: id }),
  output: attemptAnswer,
  permission: quizAttemptBy,
  feature: "enableQuizzes",
  emits: [quizSubmitted],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => revealReads(db, actor, input.attemptId),
  own: ofTaker,
  decide: ({ attempt: before, enrollment, tried, ...holders }, ask) => {
    const { db, actor, now } = ask;
    if (before.status !== "open") {
      return refuse("INVALID_TRANSITION", "This attempt is handed in; read it for its result", {
        more: { state: before.status },
      });
    }
    const { attempt, events, writes } = handedIn(ask, before, {
      enrollment,
      assignment: holders.assignment,
    });
    const revealed = isRevealed(attempt, triedWith(tried ?? UNTRIED, attempt), holders);
    const row = { ...enrollment, lastAccessedAt: now };
    return {
      answer: showAttempt(attempt, enrollment, { now, revealed }),
      events,
      writes: [
        ...writes,
        enrollmentMoved(db, enrollment, { row, events }, now),
        ...(actor.type === "system" ? [] : [learnedToday(ask, enrollment, {})]),
      ],
    };
  },
});
