import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { shownInstant } from "../kernel/time.ts";

const ids = {
  moduleProgressId: z.string(),
  enrollmentId: z.string(),
  moduleId: z.string(),
  learnerId: z.string(),
  courseId: z.string(),
};

export const moduleStarted = eventType(
  "module.started",
  "enrollment",
  z.object({ ...ids, startedAt: shownInstant }),
);
export const moduleCompleted = eventType(
  "module.completed",
  "enrollment",
  z.object({
    ...ids,
    completedAt: shownInstant,
    quizScore: z.number().optional(),
    timeSpentSec: z.int(),
  }),
);
export const moduleUnlocked = eventType(
  "module.unlocked",
  "enrollment",
  z.object({ ...ids, unlockedAt: shownInstant }),
);
export const sectionCompleted = eventType(
  "section.completed",
  "enrollment",
  z.object({
    enrollmentId: z.string(),
    sectionId: z.string(),
    moduleId: z.string(),
    learnerId: z.string(),
    courseId: z.string(),
    completedAt: shownInstant,
  }),
);
export const progressUpdated = eventType(
  "progress.updated",
  "enrollment",
  z.object({
    enrollmentId: z.string(),
    learnerId: z.string(),
    courseId: z.string(),
    completionPct: z.number(),
    updatedAt: shownInstant,
  }),
);

export type ModuleStartedPayload = PayloadOf<typeof moduleStarted>;
export type ModuleCompletedPayload = PayloadOf<typeof moduleCompleted>;
export type ModuleUnlockedPayload = PayloadOf<typeof moduleUnlocked>;
