import { quizSubmitted } from "../assessment/events.ts";
import { commandListener } from "../kernel/listener.ts";

/** A quiz that is passed completes its section, or its module where nothing else of it is left to do. */
export const completionOnQuiz = commandListener({
  name: "learning.complete-on-quiz",
  on: [quizSubmitted],
  command: ({ payload: { enrollmentId, moduleId, sectionId, passed } }) => {
    if (!passed) return undefined;
    return sectionId === undefined
      ? { type: "lms.progress.complete", payload: { enrollmentId, moduleId } }
      : { type: "lms.progress.update", payload: { enrollmentId, moduleId, sectionId } };
  },
});
