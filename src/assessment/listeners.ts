import { commandListener } from "../kernel/listener.ts";
import { submissionGraded } from "./events.ts";

/** Work that passes completes its module, where nothing else of it is left to do. */
export const completeOnPass = commandListener({
  name: "assessment.complete-module",
  on: [submissionGraded],
  command: ({ payload: { passed, moduleId, enrollmentId } }) =>
    passed && moduleId !== null
      ? { type: "lms.progress.complete", payload: { enrollmentId, moduleId } }
      : undefined,
});
