import * as z from "zod";
import type { EnrollmentRow } from "../enrollment/statements.ts";
import { isoOrNull, shownInstant } from "../kernel/time.ts";
import { type NextStep, nextStepOf, type Outline } from "./progress.ts";
import { PROGRESS_STATUSES } from "./schema.ts";
import type { ModuleProgressRow } from "./statements.ts";

export const nextStep = z
  .object({ moduleId: z.string(), title: z.string(), type: z.string(), locked: z.boolean() })
  .nullable()
  .describe("What to do next; null when nothing is left");

export const moduleProgressShown = z.object({
  moduleId: z.string(),
  status: z.enum(PROGRESS_STATUSES),
  progressPct: z.number(),
  positionSec: z.number(),
  currentSectionId: z.string().nullable(),
  bestScore: z.number().nullable(),
  attempts: z.int(),
  timeSpentSec: z.int(),
  unlockedAt: shownInstant.nullable(),
  startedAt: shownInstant.nullable(),
  completedAt: shownInstant.nullable(),
});

/** What every command that records progress answers. */
export const progressAnswer = z.object({
  enrollmentId: z.string(),
  enrollmentStatus: z.string(),
  completionPct: z.number(),
  module: moduleProgressShown,
  nextStep,
});

export type Progress = Pick<
  ModuleProgressRow,
  | "status"
  | "progressPct"
  | "positionSec"
  | "currentSectionId"
  | "bestScore"
  | "attempts"
  | "timeSpentSec"
  | "unlockedAt"
  | "startedAt"
  | "completedAt"
>;

export const NOT_STARTED: Progress = {
  status: "not-started",
  progressPct: 0,
  positionSec: 0,
  currentSectionId: null,
  bestScore: null,
  attempts: 0,
  timeSpentSec: 0,
  unlockedAt: null,
  startedAt: null,
  completedAt: null,
};

export const showModuleProgress = (
  moduleId: string,
  row: Progress | undefined,
): z.infer<typeof moduleProgressShown> => {
  const progress = row ?? NOT_STARTED;
  return {
    moduleId,
    status: progress.status,
    progressPct: progress.progressPct,
    positionSec: progress.positionSec,
    currentSectionId: progress.currentSectionId,
    bestScore: progress.bestScore,
    attempts: progress.attempts,
    timeSpentSec: progress.timeSpentSec,
    unlockedAt: isoOrNull(progress.unlockedAt),
    startedAt: isoOrNull(progress.startedAt),
    completedAt: isoOrNull(progress.completedAt),
  };
};

export function showProgress(
  enrollment: Pick<EnrollmentRow, "id" | "status" | "completionPct">,
  moduleId: string,
  progress: Progress,
  {
    modules,
    all,
  }: { modules: readonly Outline[]; all: readonly { moduleId: string; status: string }[] },
): z.infer<typeof progressAnswer> {
  const now = [...all.filter((one) => one.moduleId !== moduleId), { moduleId, ...progress }];
  const step: NextStep = nextStepOf(modules, now);
  return {
    enrollmentId: enrollment.id,
    enrollmentStatus: enrollment.status,
    completionPct: enrollment.completionPct,
    module: showModuleProgress(moduleId, progress),
    nextStep: step,
  };
}
