import { sql } from "drizzle-orm";
import * as z from "zod";
import {
  type EnrollmentRow,
  enrollmentMoved,
  secondsToCount,
  timeReported,
} from "../../enrollment/statements.ts";
import { command } from "../../kernel/command.ts";
import { notFound } from "../../kernel/error.ts";
import { event, type NewEvent } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { type Db, guard } from "../../kernel/statement.ts";
import { iso } from "../../kernel/time.ts";
import { moduleStarted, sectionCompleted } from "../events.ts";
import { notOpen, ofLearner, progressRecordBy } from "../permissions.ts";
import { isPassed, isWatched, lockOf, type SectionFacts } from "../progress.ts";
import { moduleReads } from "../reads.ts";
import { enrollmentRef, ONE_REF, oneRef } from "../ref.ts";
import { sectionsDoneBy } from "../sections.ts";
import { NOT_STARTED, type Progress, progressAnswer, showProgress } from "../shown.ts";
import type { SectionProgressRow } from "../statements.ts";
import { type Interval, mergeIntervals } from "../watched.ts";
import {
  addTimeSpent,
  learnedToday,
  upsertModuleProgress,
  upsertSectionProgress,
} from "../writes.ts";

/** The fastest that a player plays: so much video fits into a second of the clock. */
const SPEED_MAX = 2;

export const progressUpdate = command({
  type: "lms.progress.update",
  summary: "Report how far the learner has come; figures only rise, and time counts by the clock",
  input: z
    .strictObject({
      ...enrollmentRef,
      moduleId: id,
      sectionId: id.optional(),
      progressPct: z.number().min(0).max(100).optional(),
      positionSec: z
        .int()
        .min(0)
        .max(7 * 24 * 3_600)
        .optional(),
      timeSpentSec: z
        .int()
        .min(0)
        .max(24 * 3_600)
        .optional()
        .describe("Since the last report"),
    })
    .refine(oneRef, ONE_REF),
  output: progressAnswer,
  permission: progressRecordBy,
  emits: [moduleStarted, sectionCompleted],
  refuses: ["INVALID_TRANSITION", "PROGRESS_BLOCKED"],
  read: ({ db, input, actor }) => moduleReads(db, actor, input),
  own: ofLearner,
  decide: ({ course, enrollment, module, modules, progress, ...rows }, ask) => {
    const { db, input, actor, now, id: newId } = ask;
    const refusal = notOpen(enrollment, now) ?? lockOf(modules, progress, module);
    if (refusal) return refusal;
    const { sections } = sectionsDoneBy(rows.sections, rows);
    const section = sections.find((one) => one.id === input.sectionId);
    if (input.sectionId !== undefined && !section) return notFound("Section");
    const before = progress.find((one) => one.moduleId === module.id);
    const progressId = before?.id ?? newId();
    const reportedSec = input.timeSpentSec ?? 0;
    const watched = intervalOf(enrollment, input, now);
    const verified = course.verifiedWatching;

    const sectionBefore = rows.sectionProgress.find((one) => one.sectionId === section?.id);
    const sectionNow =
      section && reportedSection(section, sectionBefore, { input, watched, verified });
    const after: Progress = {
      ...(before ?? NOT_STARTED),
      status: before?.status === "completed" ? "completed" : "in-progress",
      startedAt: before?.startedAt ?? now,
      currentSectionId: section?.id ?? before?.currentSectionId ?? null,
      progressPct: Math.max(before?.progressPct ?? 0, section ? 0 : (input.progressPct ?? 0)),
      positionSec: Math.max(before?.positionSec ?? 0, section ? 0 : (input.positionSec ?? 0)),
      timeSpentSec: (before?.timeSpentSec ?? 0) + secondsToCount(enrollment, reportedSec, now),
    };
    const ids = {
      enrollmentId: enrollment.id,
      moduleId: module.id,
      learnerId: enrollment.learnerId,
      courseId: enrollment.courseId,
    };
    const startedNow = !before?.startedAt;
    const completesSection = sectionNow?.done === true && sectionBefore?.status !== "completed";
    const events: NewEvent[] = [
      ...(startedNow
        ? [
            event(moduleStarted, enrollment, {
              ...ids,
              moduleProgressId: progressId,
              startedAt: iso(now),
            }),
          ]
        : []),
      ...(completesSection && section
        ? [
            event(sectionCompleted, enrollment, {
              ...ids,
              sectionId: section.id,
              completedAt: iso(now),
            }),
          ]
        : []),
    ];
    const { timeSpentSec: _, status, startedAt, ...figures } = after;
    const intervals =
      section || !watched ? undefined : mergeIntervals(before?.watchedIntervals ?? [], [watched]);
    return {
      answer: showProgress(enrollment, module.id, after, { modules, all: progress }),
      events,
      writes: [
        ...(watched && verified ? [sameClock(db, enrollment)] : []),
        upsertModuleProgress(ask, enrollment, {
          id: progressId,
          moduleId: module.id,
          ...(startedNow ? { status, startedAt } : {}),
          progressPct: figures.progressPct,
          positionSec: figures.positionSec,
          currentSectionId: figures.currentSectionId,
          ...(intervals === undefined ? {} : { watchedIntervals: intervals }),
        }),
        ...(section && sectionNow
          ? [
              upsertSectionProgress(ask, enrollment, section.id, {
                interactions: sectionNow.interactions,
                ...(completesSection ? { status: "completed" as const, completedAt: now } : {}),
              }),
            ]
          : []),
        ...(actor.type === "system"
          ? []
          : [
              ...addTimeSpent(
                ask,
                enrollment,
                { moduleId: module.id, sectionId: section?.id },
                reportedSec,
              ),
              learnedToday(ask, enrollment, { reportedSec }),
              timeReported(db, enrollment, reportedSec, now),
            ]),
        ...(events.length > 0
          ? [enrollmentMoved(db, enrollment, { row: enrollment, events }, now)]
          : []),
      ],
    };
  },
});

type Report = {
  progressPct?: number | undefined;
  positionSec?: number | undefined;
  timeSpentSec?: number | undefined;
};

/** What of a video was played since the last report: no more than the clock and the speed allow. */
function intervalOf(enrollment: EnrollmentRow, report: Report, now: number): Interval | undefined {
  const { positionSec, timeSpentSec } = report;
  if (positionSec === undefined || timeSpentSec === undefined) return undefined;
  const played = secondsToCount(enrollment, timeSpentSec, now) * SPEED_MAX;
  return [Math.max(0, positionSec - played), positionSec];
}

/** Two devices that report at once would else both be given the same stretch of the clock. */
const sameClock = (db: Db, enrollment: EnrollmentRow) =>
  guard(
    db,
    sql`(select reported_at from lms_enrollments where id = ${enrollment.id}) is ${enrollment.reportedAt}`,
  );

type Interactions = { positionSec: number; watchedIntervals: Interval[] };

/** A section is done by its type: text on request, a video once watched, questions by passing them alone. */
function reportedSection(
  section: SectionFacts,
  before: SectionProgressRow | undefined,
  { input, watched, verified }: { input: Report; watched: Interval | undefined; verified: boolean },
): { done: boolean; interactions: Interactions } {
  const known = (before?.interactions ?? {}) as Partial<Interactions>;
  const interactions = {
    positionSec: Math.max(known.positionSec ?? 0, input.positionSec ?? 0),
    watchedIntervals: mergeIntervals(known.watchedIntervals ?? [], watched ? [watched] : []),
  };
  const passed = isPassed(section);
  if (passed !== undefined) return { done: passed, interactions };
  switch (section.type) {
    case "text":
    case "exercise":
      return { done: input.progressPct === 100, interactions };
    case "video":
      return { done: isWatched(section.content, interactions, verified), interactions };
    default:
      return { done: false, interactions };
  }
}
