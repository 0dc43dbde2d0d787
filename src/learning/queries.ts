import * as z from "zod";
import {
  courseByRef,
  courseIdOf,
  filesOfModule,
  moduleById,
  moduleOutlineOf,
  sectionsOfModule,
} from "../catalog/statements.ts";
import { enrollmentById, enrollmentIdOf } from "../enrollment/statements.ts";
import { filesToRead, fileToRead } from "../files/statements.ts";
import { id } from "../kernel/id.ts";
import { type Actor, EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { closedTo, teaches } from "./access.ts";
import { ofLearnerOrInstructor, progressReadBy } from "./permissions.ts";
import { lockOf, nextStepOf } from "./progress.ts";
import { moduleReads, progressReads } from "./reads.ts";
import {
  moduleProgressShown,
  NOT_STARTED,
  nextStep,
  progressAnswer,
  showModuleProgress,
  showProgress,
} from "./shown.ts";
import { moduleProgressOf, type SectionProgressRow, sectionProgressOf } from "./statements.ts";

const courseRef = z.string().min(1).max(100).describe("Id or slug of the course");
const learnBy = { action: "course:learn", any: EVERY_MEMBER };

const step = z.object({
  id: z.string(),
  chapterId: z.string().nullable(),
  title: z.string(),
  type: z.string(),
  position: z.int(),
  estimatedMinutes: z.int().nullable(),
  isFree: z.boolean(),
  isRequired: z.boolean(),
  locked: z.boolean(),
  progress: moduleProgressShown,
});

const learned = z.object({
  courseId: z.string(),
  title: z.string(),
  slug: z.string(),
  language: z.string(),
  enrollment: z
    .object({ id: z.string(), status: z.string(), completionPct: z.number() })
    .nullable(),
  completionThreshold: z.int(),
  modules: z.array(step),
  nextStep,
});

/** The caller's own way through a course. */
const ownWay = (db: Db, actor: Actor, course: string) => {
  const enrollmentId = enrollmentIdOf(actor, { course });
  return {
    course: found("Course", courseByRef(db, actor.orgId, course)),
    enrollment: maybe(enrollmentById(db, actor.orgId, enrollmentId)),
    modules: moduleOutlineOf(db, actor.orgId, courseIdOf(actor.orgId, course)),
    progress: moduleProgressOf(db, actor.orgId, enrollmentId),
  };
};

export const learnCourse = query({
  type: "lms.learn.course",
  summary: "A course as its learner goes through it: modules, locks, progress and the next step",
  input: z.strictObject({ courseSlug: courseRef }),
  output: learned,
  permission: learnBy,
  refuses: ["PAYMENT_REQUIRED"],
  read: ({ db, input, actor }) => ownWay(db, actor, input.courseSlug),
  answer: ({ course, enrollment, modules, progress }, ask) => {
    const closed = closedTo(course, enrollment, ask);
    if (closed) return closed;
    const published = modules.filter((module) => module.isPublished);
    return {
      courseId: course.id,
      title: course.title,
      slug: course.slug,
      language: course.language,
      enrollment: enrollment
        ? { id: enrollment.id, status: enrollment.status, completionPct: enrollment.completionPct }
        : null,
      completionThreshold: course.completionThreshold,
      modules: published.map((module) => ({
        id: module.id,
        chapterId: module.chapterId,
        title: module.title,
        type: module.type,
        position: module.position,
        estimatedMinutes: module.estimatedMinutes,
        isFree: module.isFree,
        isRequired: module.isRequired,
        locked: lockOf(modules, progress, module) !== undefined,
        progress: showModuleProgress(
          module.id,
          progress.find((one) => one.moduleId === module.id),
        ),
      })),
      nextStep: nextStepOf(modules, progress),
    };
  },
});

const learnedSection = z.object({
  id: z.string(),
  title: z.string(),
  type: z.string(),
  position: z.int(),
  estimatedMinutes: z.int().nullable(),
  isRequired: z.boolean(),
  content: z.record(z.string(), z.unknown()).nullable(),
  resources: z.array(z.record(z.string(), z.unknown())),
  status: z.string(),
  bestScore: z.number().nullable().describe("Percent of the best attempt at its questions"),
  attempts: z.int(),
});

export const learnModule = query({
  type: "lms.learn.module",
  summary: "A module's content, with its sections and how far the caller has come",
  input: z.strictObject({ courseId: courseRef, moduleId: id }),
  output: z.object({
    id: z.string(),
    courseId: z.string(),
    title: z.string(),
    description: z.string(),
    learningObjectives: z.array(z.string()),
    type: z.string(),
    contentRef: z.string().nullable(),
    content: z.record(z.string(), z.unknown()).nullable(),
    minimumSeconds: z.int().nullable(),
    masteryScore: z.int().nullable(),
    sections: z.array(learnedSection),
    files: z.array(fileToRead).describe("Those that the module's content names"),
    progress: moduleProgressShown,
    nextStep,
  }),
  permission: learnBy,
  refuses: ["PAYMENT_REQUIRED", "PROGRESS_BLOCKED"],
  read: ({ db, input, actor }) => ({
    ...ownWay(db, actor, input.courseId),
    module: found(
      "Module",
      moduleById(db, actor.orgId, input.moduleId, courseIdOf(actor.orgId, input.courseId)),
    ),
    sections: sectionsOfModule(db, actor.orgId, input.moduleId),
    files: filesOfModule(db, actor.orgId, input.moduleId),
    sectionProgress: sectionProgressOf(
      db,
      actor.orgId,
      enrollmentIdOf(actor, { course: input.courseId }),
    ),
  }),
  answer: async (rows, ask) => {
    const { course, enrollment, module, modules, progress, sections, sectionProgress } = rows;
    const { actor } = ask;
    const closed = closedTo(course, enrollment, ask);
    if (closed && (!module.isFree || closed.refused === "NOT_FOUND")) return closed;
    const locked =
      teaches(course, actor) || module.isFree ? undefined : lockOf(modules, progress, module);
    if (locked) return locked;
    return {
      id: module.id,
      courseId: course.id,
      title: module.title,
      description: module.description,
      learningObjectives: module.learningObjectives,
      type: module.type,
      contentRef: module.contentRef,
      content: module.content,
      minimumSeconds: module.minimumSeconds,
      masteryScore: module.masteryScore,
      sections: sections.map((section) => ({
        ...showTried(sectionProgress.find((one) => one.sectionId === section.id)),
        id: section.id,
        title: section.title,
        type: section.type,
        position: section.position,
        estimatedMinutes: section.estimatedMinutes,
        isRequired: section.isRequired,
        content: section.content,
        resources: section.resources,
      })),
      files: await filesToRead(rows.files, ask),
      progress: showModuleProgress(
        module.id,
        progress.find((one) => one.moduleId === module.id),
      ),
      nextStep: nextStepOf(modules, progress),
    };
  },
});

const showTried = (row: SectionProgressRow | undefined) => ({
  status: row?.status ?? "not-started",
  bestScore: row?.score ?? null,
  attempts: row?.attempts ?? 0,
});

const wholeProgress = z.object({
  enrollmentId: z.string(),
  status: z.string(),
  completionPct: z.number(),
  timeSpentSec: z.int(),
  modules: z.array(moduleProgressShown.extend({ title: z.string(), locked: z.boolean() })),
  nextStep,
});

export const enrollmentsProgress = query({
  type: "lms.enrollments.progress",
  summary: "An enrollment's progress by module, with the next step",
  input: z.strictObject({ enrollmentId: id }),
  output: wholeProgress,
  permission: progressReadBy,
  read: ({ db, input, actor }) => progressReads(db, actor, input),
  own: ofLearnerOrInstructor,
  answer: ({ enrollment, modules, progress }) => ({
    enrollmentId: enrollment.id,
    status: enrollment.status,
    completionPct: enrollment.completionPct,
    timeSpentSec: enrollment.timeSpentSec,
    modules: modules
      .filter((module) => module.isPublished)
      .map((module) => ({
        ...showModuleProgress(
          module.id,
          progress.find((one) => one.moduleId === module.id),
        ),
        title: module.title,
        locked: lockOf(modules, progress, module) !== undefined,
      })),
    nextStep: nextStepOf(modules, progress),
  }),
});

export const progressGet = query({
  type: "lms.progress.get",
  summary: "An enrollment's progress in one module",
  input: z.strictObject({ enrollmentId: id, moduleId: id }),
  output: progressAnswer,
  permission: progressReadBy,
  read: ({ db, input, actor }) => moduleReads(db, actor, input),
  own: ofLearnerOrInstructor,
  answer: ({ enrollment, module, modules, progress }) => {
    const row = progress.find((one) => one.moduleId === module.id);
    return showProgress(enrollment, module.id, row ?? NOT_STARTED, { modules, all: progress });
  },
});
