import * as z from "zod";
import { enrollmentMoved } from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { moduleStarted } from "../events.ts";
import { notOpen, ofLearner, progressRecordBy } from "../permissions.ts";
import { lockOf } from "../progress.ts";
import { moduleReads } from "../reads.ts";
import { enrollmentRef, ONE_REF, oneRef } from "../ref.ts";
import { progressAnswer, showProgress } from "../shown.ts";
import { moduleStart } from "../start.ts";
import { learnedToday } from "../writes.ts";

export const progressStart = command({
  type: "lms.progress.start",
  summary: "Start a module; starting it again changes nothing",
  input: z.strictObject({ ...enrollmentRef, moduleId: id }).refine(oneRef, ONE_REF),
  output: progressAnswer,
  permission: progressRecordBy,
  emits: [moduleStarted],
  refuses: ["INVALID_TRANSITION", "PROGRESS_BLOCKED"],
  read: ({ db, input, actor }) => moduleReads(db, actor, input),
  own: ofLearner,
  decide: ({ enrollment, module, modules, progress }, ask) => {
    const { db, now } = ask;
    const refusal = notOpen(enrollment, now) ?? lockOf(modules, progress, module);
    if (refusal) return refusal;
    const before = progress.find((one) => one.moduleId === module.id);
    const started = moduleStart(ask, enrollment, module.id, before);
    const answer = showProgress(enrollment, module.id, started.progress, {
      modules,
      all: progress,
    });
    if (started.events.length === 0) return { answer };
    const { events, writes } = started;
    const row = { ...enrollment, lastAccessedAt: now };
    return {
      answer,
      events,
      writes: [
        enrollmentMoved(db, enrollment, { row, events }, now),
        ...writes,
        learnedToday(ask, enrollment, {}),
      ],
    };
  },
});
