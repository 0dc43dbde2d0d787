import { commandListener } from "../kernel/listener.ts";
import { submissionGraded } from "./events.ts";

/** Work that passes completes its module; the score goes along as a percentage. */
export const completeOnPass = commandListener({
  name: "assessment.complete-module",
  on: [submissionGraded],
  command: ({ payload: { passed, moduleId, enrollmentId, score, maxScore } }) =>
    passed && moduleId !== null
      ? {
          type: "lms.progress.complete",
          payload: {
            enrollmentId,
            moduleId,
            quizScore: Math.floor((score * 10_000) / maxScore) / 100,
          },
        }
      : undefined,
});
