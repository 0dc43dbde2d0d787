import * as z from "zod";
import type { SectionRow } from "../../catalog/statements.ts";
import { enrollmentCompleted } from "../../enrollment/events.ts";
import { enrollmentMoved, progressed } from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { notFound } from "../../kernel/error.ts";
import { event, type NewEvent } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import type { Actor } from "../../kernel/permission.ts";
import { iso } from "../../kernel/time.ts";
import { completionOf } from "../completion.ts";
import { moduleCompleted, moduleStarted, moduleUnlocked, progressUpdated } from "../events.ts";
import { moduleCompleteBy, notOpen, ofLearnerOrInstructor } from "../permissions.ts";
import { lockOf, masteryOf, type Outline, qualityOf, scoreIn, unmetOf } from "../progress.ts";
import { moduleReads } from "../reads.ts";
import { enrollmentRef, ONE_REF, oneRef } from "../ref.ts";
import { assignmentsIn, sectionsDoneBy } from "../sections.ts";
import { NOT_STARTED, type Progress, progressAnswer, showProgress } from "../shown.ts";
import type { ModuleProgressRow } from "../statements.ts";
import { learnedToday, upsertModuleProgress } from "../writes.ts";

export const progressComplete = command({
  type: "lms.progress.complete",
  summary: "Complete a module: by its learner when its criteria are met, or by its instructor",
  input: z
    .strictObject({
      ...enrollmentRef,
      moduleId: id,
      learnerId: id.optional().describe("Has to be the enrollment's learner"),
      quizScore: z
        .number()
        .min(0)
        .max(100)
        .optional()
        .describe("Percent; counts from an instructor, an admin or the system alone"),
    })
    .refine(oneRef, ONE_REF),
  output: progressAnswer.extend({ quality: z.number().describe("Mastery ratio, 0 to 1") }),
  permission: moduleCompleteBy,
  emits: [moduleStarted, moduleCompleted, progressUpdated, moduleUnlocked, enrollmentCompleted],
  refuses: ["INVALID_TRANSITION", "PROGRESS_BLOCKED"],
  read: ({ db, input, actor }) => moduleReads(db, actor, input),
  own: ofLearnerOrInstructor,
  decide: (rows, ask) => {
    const { course, enrollment, module, modules, progress } = rows;
    const { db, input, actor, now, id: newId } = ask;
    if (input.learnerId !== undefined && input.learnerId !== enrollment.learnerId) {
      return notFound("Enrollment");
    }
    const closed = notOpen(enrollment, now);
    if (closed) return closed;
    const before = progress.find((one) => one.moduleId === module.id);
    const byStaff = actsAsStaff(actor, enrollment.learnerId);
    const trusted = byStaff || actor.type === "system";
    const given = trusted ? (input.quizScore ?? null) : null;
    const reached = highest(before?.bestScore ?? null, given);
    const shown = { modules, all: progress };
    const standing = standingIn({ ...rows, bestScore: reached });
    const bestScore = module.type === "assignment" ? scoreIn(standing) : reached;
    const quality = qualityOf(module, scoreIn(standing));
    if (before?.status === "completed") {
      const best = { ...before, bestScore };
      return {
        answer: {
          ...showProgress(enrollment, module.id, best, shown),
          quality,
        },
        writes:
          bestScore === null || bestScore === before.bestScore
            ? []
            : [
                upsertModuleProgress(ask, enrollment, {
                  id: before.id,
                  moduleId: module.id,
                  bestScore,
                }),
              ],
      };
    }
    const refusal = byStaff
      ? given === null
        ? undefined
        : masteryOf(module, scoreIn(standing))
      : (lockOf(modules, progress, module) ?? unmetOf(standing));
    if (refusal) return refusal;

    const progressId = before?.id ?? newId();
    const done: Progress = {
      ...(before ?? NOT_STARTED),
      status: "completed",
      progressPct: 100,
      startedAt: before?.startedAt ?? now,
      completedAt: now,
      bestScore,
    };
    const after = [...progress.filter((one) => one !== before), { moduleId: module.id, ...done }];
    const { completionPct } = completionOf(modules, after);
    const ids = {
      enrollmentId: enrollment.id,
      learnerId: enrollment.learnerId,
      courseId: enrollment.courseId,
    };
    const unlocked = nextUnlocked(modules, after, module);
    const unlockedRow = progress.find((one) => one.moduleId === unlocked?.id);
    const unlockedId = unlockedRow?.id ?? newId();
    const opens = unlocked !== undefined && !unlockedRow?.unlockedAt;
    const events: NewEvent[] = [
      ...(before?.startedAt
        ? []
        : [
            event(moduleStarted, enrollment, {
              ...ids,
              moduleProgressId: progressId,
              moduleId: module.id,
              startedAt: iso(now),
            }),
          ]),
      event(moduleCompleted, enrollment, {
        ...ids,
        moduleProgressId: progressId,
        moduleId: module.id,
        completedAt: iso(now),
        timeSpentSec: done.timeSpentSec,
        ...(bestScore === null ? {} : { quizScore: bestScore }),
      }),
      event(progressUpdated, enrollment, { ...ids, completionPct, updatedAt: iso(now) }),
      ...(opens
        ? [
            event(moduleUnlocked, enrollment, {
              ...ids,
              moduleProgressId: unlockedId,
              moduleId: unlocked.id,
              unlockedAt: iso(now),
            }),
          ]
        : []),
    ];
    const moved = progressed(
      { row: { ...enrollment, lastAccessedAt: now }, events },
      { completionPct, threshold: course.completionThreshold, now },
    );
    return {
      answer: {
        ...showProgress(moved.row, module.id, done, shown),
        quality,
      },
      events: moved.events,
      writes: [
        enrollmentMoved(db, enrollment, moved, now),
        upsertModuleProgress(ask, enrollment, {
          id: progressId,
          moduleId: module.id,
          status: "completed",
          progressPct: 100,
          startedAt: done.startedAt,
          completedAt: now,
          bestScore,
          ...(given === null ? {} : { quizScore: given }),
        }),
        learnedToday(ask, enrollment, { active: !trusted, modulesCompleted: 1 }),
        ...(opens
          ? [
              upsertModuleProgress(ask, enrollment, {
                id: unlockedId,
                moduleId: unlocked.id,
                unlockedAt: now,
              }),
            ]
          : []),
      ],
    };
  },
});

/** Lms-admins and the instructor complete for a learner; nobody so for himself, and the system by the criteria. */
const actsAsStaff = (actor: Actor, learnerId: string): boolean =>
  actor.type !== "system" && actor.id !== learnerId;

const highest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);

type Facts = Parameters<typeof unmetOf>[0];

type Rows = {
  course: { verifiedWatching: boolean };
  module: Facts["module"];
  progress: readonly ModuleProgressRow[];
  sections: readonly SectionRow[];
  attendance: unknown;
  assignments: readonly (Facts["assignments"][number] & { moduleId: string | null })[];
  /** With what staff or the system gave just now. */
  bestScore: number | null;
} & Parameters<typeof sectionsDoneBy>[1];

/** All that the module's criteria are held against. */
function standingIn(rows: Rows): Facts {
  const { course, module, progress, attendance, bestScore } = rows;
  const own = progress.find((one) => one.moduleId === module.id);
  return {
    module,
    ...sectionsDoneBy(rows.sections, rows),
    assignments: assignmentsIn(module, rows.assignments),
    progress: { ...(own ?? NOT_STARTED), moduleId: module.id, bestScore },
    verifiedWatching: course.verifiedWatching,
    attended: attendance !== undefined,
  };
}

/** The module after this one, where it waited for it. */
function nextUnlocked(
  modules: readonly Outline[],
  progress: readonly { moduleId: string; status: string }[],
  module: Outline,
): Outline | undefined {
  const published = modules.filter((one) => one.isPublished);
  const next = published[published.findIndex((one) => one.id === module.id) + 1];
  return next?.requiredPrevious && !lockOf(modules, progress, next) ? next : undefined;
}
