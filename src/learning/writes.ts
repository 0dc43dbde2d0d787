import { and, eq, sql } from "drizzle-orm";
import { type EnrollmentRow, secondsCounted } from "../enrollment/statements.ts";
import type { DecideAsk } from "../kernel/command.ts";
import type { Db, Statement } from "../kernel/statement.ts";
import { dateIn } from "../kernel/time.ts";
import { lmsLearningDays, lmsModuleProgress, lmsSectionProgress } from "./schema.ts";
import type { ModuleProgressRow } from "./statements.ts";

type Ask = { db: Db; now: number; id: () => string };

/** The first write makes the row; figures only rise, so it needs no guard. */
export function upsertModuleProgress(
  { db, now }: Ask,
  enrollment: EnrollmentRow,
  row: { id: string; moduleId: string } & Partial<ModuleProgressRow>,
): Statement {
  const { id, moduleId, ...set } = row;
  const values = {
    id,
    organizationId: enrollment.organizationId,
    enrollmentId: enrollment.id,
    moduleId,
    learnerId: enrollment.learnerId,
    courseId: enrollment.courseId,
    status: "not-started" as const,
    createdAt: now,
    updatedAt: now,
    ...set,
  };
  const { progressPct, positionSec, bestScore, ...plain } = set;
  const raised = {
    ...(progressPct === undefined
      ? {}
      : { progressPct: sql`max(${lmsModuleProgress.progressPct}, ${progressPct})` }),
    ...(positionSec === undefined
      ? {}
      : { positionSec: sql`max(${lmsModuleProgress.positionSec}, ${positionSec})` }),
    ...(bestScore === undefined || bestScore === null
      ? {}
      : { bestScore: sql`max(coalesce(${lmsModuleProgress.bestScore}, 0), ${bestScore})` }),
  };
  return db
    .insert(lmsModuleProgress)
    .values(values)
    .onConflictDoUpdate({
      target: [lmsModuleProgress.enrollmentId, lmsModuleProgress.moduleId],
      set: { ...plain, ...raised, updatedAt: now },
    });
}

export function upsertSectionProgress(
  { db, now, id }: Ask,
  enrollment: EnrollmentRow,
  sectionId: string,
  {
    interactions,
    ...set
  }: Partial<typeof lmsSectionProgress.$inferInsert> & {
    interactions: { positionSec: number } & Record<string, unknown>;
  },
): Statement {
  const positionSec = sql`max(coalesce(lms_section_progress.interactions ->> '$.positionSec', 0),
    ${interactions.positionSec})`;
  const raised = sql`json_set(${JSON.stringify(interactions)}, '$.positionSec',
    cast(${positionSec} as integer))`;
  return db
    .insert(lmsSectionProgress)
    .values({
      id: id(),
      organizationId: enrollment.organizationId,
      enrollmentId: enrollment.id,
      sectionId,
      status: "in-progress",
      startedAt: now,
      createdAt: now,
      updatedAt: now,
      interactions,
      ...set,
    })
    .onConflictDoUpdate({
      target: [lmsSectionProgress.enrollmentId, lmsSectionProgress.sectionId],
      set: { ...set, interactions: raised, updatedAt: now },
    });
}

/** What an attempt at a quiz leaves: the best score, and how often it was tried. A retry lowers nothing. */
export function quizScored(
  ask: Ask,
  enrollment: EnrollmentRow,
  {
    moduleId,
    sectionId,
    percent,
    attempts,
  }: { moduleId: string; sectionId: string | null; percent: number; attempts: number },
): Statement {
  const { db, now, id } = ask;
  if (sectionId === null) {
    const row = { id: id(), moduleId, quizScore: percent, bestScore: percent, attempts };
    return upsertModuleProgress(ask, enrollment, row);
  }
  return db
    .insert(lmsSectionProgress)
    .values({
      id: id(),
      organizationId: enrollment.organizationId,
      enrollmentId: enrollment.id,
      sectionId,
      status: "in-progress",
      score: percent,
      attempts,
      startedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: [lmsSectionProgress.enrollmentId, lmsSectionProgress.sectionId],
      set: {
        score: sql`max(coalesce(${lmsSectionProgress.score}, 0), ${percent})`,
        attempts,
        updatedAt: now,
      },
    });
}

/**
 * Seconds that a learner reports count at most for the wall-clock time since the enrollment's last report:
 * read and added in SQL, so that two devices share one clock. The module comes before the enrollment,
 * whose own statement moves the clock on.
 */
export function addTimeSpent(
  { db, now }: Ask,
  enrollment: EnrollmentRow,
  about: { moduleId: string; sectionId?: string | undefined },
  reportedSec: number,
): Statement[] {
  const since = sql`(select coalesce(reported_at, activated_at, ${now}) from lms_enrollments
    where id = ${enrollment.id})`;
  const counted = secondsCounted(reportedSec, now, since);
  return [
    db
      .update(lmsModuleProgress)
      .set({ timeSpentSec: sql`${lmsModuleProgress.timeSpentSec} + ${counted}` })
      .where(
        and(
          eq(lmsModuleProgress.organizationId, enrollment.organizationId),
          eq(lmsModuleProgress.enrollmentId, enrollment.id),
          eq(lmsModuleProgress.moduleId, about.moduleId),
        ),
      ),
    ...(about.sectionId === undefined
      ? []
      : [
          db
            .update(lmsSectionProgress)
            .set({ timeSpentSec: sql`${lmsSectionProgress.timeSpentSec} + ${counted}` })
            .where(
              and(
                eq(lmsSectionProgress.organizationId, enrollment.organizationId),
                eq(lmsSectionProgress.enrollmentId, enrollment.id),
                eq(lmsSectionProgress.sectionId, about.sectionId),
              ),
            ),
        ]),
  ];
}

/**
 * Notes what was learned today, by the organization's calendar. Seconds count as for the enrollment, so this
 * comes before the enrollment's own statement, which moves the clock on.
 */
export function learnedToday(
  { db, now, settings }: Pick<DecideAsk<unknown>, "db" | "now" | "settings">,
  enrollment: EnrollmentRow,
  {
    active = true,
    reportedSec = 0,
    modulesCompleted = 0,
  }: { active?: boolean; reportedSec?: number; modulesCompleted?: number },
): Statement {
  const since = sql`(select coalesce(reported_at, activated_at, ${now}) from lms_enrollments
    where id = ${enrollment.id})`;
  const { organizationId, learnerId, courseId } = enrollment;
  return db
    .insert(lmsLearningDays)
    .values({
      organizationId,
      learnerId,
      day: dateIn(now, settings.defaults.timeZone),
      courseId,
      active,
      timeSpentSec: reportedSec === 0 ? 0 : secondsCounted(reportedSec, now, since),
      modulesCompleted,
    })
    .onConflictDoUpdate({
      target: [
        lmsLearningDays.organizationId,
        lmsLearningDays.learnerId,
        lmsLearningDays.day,
        lmsLearningDays.courseId,
      ],
      set: {
        active: sql`max(${lmsLearningDays.active}, excluded.active)`,
        timeSpentSec: sql`${lmsLearningDays.timeSpentSec} + excluded.time_spent_sec`,
        modulesCompleted: sql`${lmsLearningDays.modulesCompleted} + excluded.modules_completed`,
      },
      setWhere: sql`excluded.active > ${lmsLearningDays.active} or excluded.time_spent_sec > 0
        or excluded.modules_completed > 0`,
    });
}
