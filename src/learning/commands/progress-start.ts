import * as z from "zod";
import { enrollmentMoved } from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { iso } from "../../kernel/time.ts";
import { moduleStarted } from "../events.ts";
import { notOpen, ofLearner, progressRecordBy } from "../permissions.ts";
import { lockOf } from "../progress.ts";
import { enrollmentRef, moduleReads, ONE_REF, oneRef } from "../reads.ts";
import { NOT_STARTED, type Progress, progressAnswer, showProgress } from "../shown.ts";
import { learnedToday, upsertModuleProgress } from "../writes.ts";

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
    const { db, now, id: newId } = ask;
    const refusal = notOpen(enrollment, now) ?? lockOf(modules, progress, module);
    if (refusal) return refusal;
    const before = progress.find((one) => one.moduleId === module.id);
    const shown = { modules, all: progress };
    if (before?.startedAt) return { answer: showProgress(enrollment, module.id, before, shown) };
    const progressId = before?.id ?? newId();
    const started: Progress = {
      ...(before ?? NOT_STARTED),
      status: "in-progress",
      startedAt: now,
    };
    const told = event(moduleStarted, enrollment, {
      moduleProgressId: progressId,
      enrollmentId: enrollment.id,
      moduleId: module.id,
      learnerId: enrollment.learnerId,
      courseId: enrollment.courseId,
      startedAt: iso(now),
    });
    const row = { ...enrollment, lastAccessedAt: now };
    return {
      answer: showProgress(enrollment, module.id, started, shown),
      events: [told],
      writes: [
        enrollmentMoved(db, enrollment, { row, events: [told] }, now),
        upsertModuleProgress(ask, enrollment, {
          id: progressId,
          moduleId: module.id,
          status: "in-progress",
          startedAt: now,
        }),
        learnedToday(ask, enrollment, {}),
      ],
    };
  },
});
