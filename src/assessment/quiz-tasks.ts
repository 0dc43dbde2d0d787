import * as z from "zod";
import { enrollmentMoved } from "../enrollment/statements.ts";
import { type Db, maybe } from "../kernel/statement.ts";
import { type StepAsk, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { handedIn } from "./quiz-hand-in.ts";
import { attemptReads } from "./quiz-reads.ts";

const payload = z.strictObject({});

const handIn = step({
  read: ({ db, orgId, subject }: { db: Db; orgId: string; subject: string; payload: object }) => {
    const { attempt, enrollment, assignment } = attemptReads(db, orgId, subject);
    return {
      attempt: maybe(attempt.statement),
      enrollment: maybe(enrollment.statement),
      assignment,
    };
  },
  run: async ({ attempt, enrollment, assignment }, ask: StepAsk<object>) => {
    if (!enrollment || attempt?.status !== "open") return {};
    const leftMs = (attempt.deadlineAt ?? ask.now) - ask.now;
    if (leftMs > 0) return { next: { step: "handIn", delayMs: leftMs } };
    const { events, writes } = handedIn(ask, attempt, { enrollment, assignment });
    const moved = { row: enrollment, events };
    return { events, writes: [...writes, enrollmentMoved(ask.db, enrollment, moved, ask.now)] };
  },
});

/** At its deadline an attempt is handed in and graded with nobody connected. */
export const quizHandIn = taskKind({
  kind: "assessment.quiz-hand-in",
  queue: "jobs",
  payload,
  attemptsMax: 20,
  timeoutMs: 20 * SECOND,
  steps: { handIn },
});
