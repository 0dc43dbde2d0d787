import * as z from "zod";
import { ownCourse } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { importCompleted } from "../events.ts";
import { jobAnswer, jobChanged, jobWithCourse, showJob } from "../job.ts";
import { importJobMachine } from "../machine.ts";
import { publishBy } from "../permissions.ts";

export const openedxJobCancel = command({
  type: "lms.openedx.jobCancel",
  summary: "Cancel a job that the instance has not taken yet",
  input: z.strictObject({ jobId: id }),
  output: jobAnswer,
  permission: { ...publishBy, action: "openedx:cancel" },
  emits: [importCompleted],
  refuses: ["INVALID_TRANSITION"],
  revises: "job",
  read: ({ db, input, actor }) => jobWithCourse(db, actor.orgId, input.jobId),
  own: ownCourse,
  decide: ({ job }, { db, now }) => {
    const step = transition(importJobMachine, job.status, "cancel");
    if (isRefusal(step)) return step;
    const begun = job.uploadStartedAt !== null;
    const set = {
      status: step.to,
      errorCode: "CANCELLED",
      errorMessage: begun
        ? "Cancelled while the bundle was on its way: the instance may have taken it. Look in Studio, or publish again"
        : "Cancelled before anything was sent. Publish again whenever you like",
    };
    const { job: next, ...rest } = jobChanged(db, job, set, now);
    return { answer: showJob(next), ...rest };
  },
});
