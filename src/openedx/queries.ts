import { eq, isNull } from "drizzle-orm";
import * as z from "zod";
import { courseById, ownCourse } from "../catalog/statements.ts";
import { isRefusal, refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { isLmsFault } from "../kernel/lms-adapter.ts";
import { newestFirst, pageFault, pageInput, pageOf, pageOutput } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { found, maybe } from "../kernel/statement.ts";
import { isoOrNull, shownInstant } from "../kernel/time.ts";
import { openFor, TRIPPED } from "./breaker.ts";
import {
  adapterOf,
  configurationAnswer,
  configurationById,
  showConfiguration,
} from "./configuration.ts";
import { FAULT_CODES, refusalOf } from "./fault.ts";
import { jobAnswer, jobWithCourse, showJob } from "./job.ts";
import { courseCodeOf } from "./olx/course-names.ts";
import { configurationReadBy, importJobReadBy } from "./permissions.ts";
import { keyOf, publicationOf } from "./publication.ts";
import { IMPORT_STATUSES, lmsConfigurations, lmsImportJobs } from "./schema.ts";

export const openedxConfigurations = query({
  type: "lms.openedx.configurations",
  summary: "The organization's connections, the newest first, without their secrets",
  input: z.strictObject(pageInput),
  output: pageOutput(configurationAnswer),
  permission: configurationReadBy,
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    configurations: newestFirst(db, lmsConfigurations, {
      orgId: actor.orgId,
      ask: input,
      filters: [isNull(lmsConfigurations.deletedAt)],
    }),
  }),
  answer: ({ configurations }, { input }) =>
    pageOf(input, configurations, (row) => [row.id], showConfiguration),
});

export const openedxConfiguration = query({
  type: "lms.openedx.configuration",
  summary: "A connection without its secrets",
  input: z.strictObject({ id }),
  output: configurationAnswer,
  permission: configurationReadBy,
  read: ({ db, input, actor }) => ({
    configuration: found("Configuration", configurationById(db, actor.orgId, input.id)),
  }),
  answer: ({ configuration }) => showConfiguration(configuration),
});

export const openedxJobs = query({
  type: "lms.openedx.jobs",
  summary: "What was published and how it went, the newest first; an instructor names a course",
  input: z.strictObject({
    ...pageInput,
    courseId: id.optional(),
    configurationId: id.optional(),
    status: z.enum(IMPORT_STATUSES).optional(),
  }),
  output: pageOutput(jobAnswer),
  permission: importJobReadBy,
  fault: (input, actor) => {
    const sees = actor.roles.some((role) => role === "lms-admin" || role === "org-admin");
    if (sees || actor.type === "system" || input.courseId !== undefined) return pageFault(input);
    return refuse("VALIDATION_FAILED", "Name the course whose jobs you ask for", {
      errors: [{ path: "courseId", message: "One of your courses" }],
    });
  },
  read: ({ db, input, actor }) => ({
    course:
      input.courseId === undefined
        ? undefined
        : found("Course", courseById(db, actor.orgId, input.courseId)),
    jobs: newestFirst(db, lmsImportJobs, {
      orgId: actor.orgId,
      ask: input,
      filters: [
        input.courseId === undefined ? undefined : eq(lmsImportJobs.courseId, input.courseId),
        input.configurationId === undefined
          ? undefined
          : eq(lmsImportJobs.lmsConfigurationId, input.configurationId),
        input.status === undefined ? undefined : eq(lmsImportJobs.status, input.status),
      ],
    }),
  }),
  own: {
    instructor: ({ course }, actor) =>
      course !== undefined && ownCourse.instructor({ course }, actor),
  },
  answer: ({ jobs }, { input }) => pageOf(input, jobs, (row) => [row.id], showJob),
});

export const openedxJob = query({
  type: "lms.openedx.job",
  summary: "How a publication goes, and what to do where it failed",
  input: z.strictObject({ id }),
  output: jobAnswer,
  permission: importJobReadBy,
  read: ({ db, input, actor }) => jobWithCourse(db, actor.orgId, input.id),
  own: ownCourse,
  answer: ({ job }) => showJob(job),
});

export const openedxCourseStatus = query({
  type: "lms.openedx.courseStatus",
  summary: "How a course stands on an instance, as that says itself",
  input: z.strictObject({ courseId: id, configurationId: id }),
  output: z.object({
    edxCourseKey: z.string(),
    exists: z.boolean(),
    published: z.boolean().describe("Shown by the LMS, and begun"),
    title: z.string().nullable(),
    startDate: shownInstant.nullable(),
    courseUrl: z.string(),
    studioUrl: z.string(),
    lastJob: jobAnswer.nullable(),
  }),
  permission: importJobReadBy,
  refuses: FAULT_CODES,
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    configuration: found(
      "Configuration",
      configurationById(db, actor.orgId, input.configurationId),
    ),
    last: maybe(publicationOf(db, actor.orgId, input)),
  }),
  own: ownCourse,
  answer: async ({ course, configuration, last }, { ports, now }) => {
    if (openFor(configuration, now) > 0) return refusalOf(TRIPPED);
    const adapter = await adapterOf(configuration, ports);
    if (isRefusal(adapter)) return adapter;
    const { defaultOrg: org, defaultRun: run } = configuration;
    const edxCourseKey = last?.edxCourseKey ?? keyOf({ org, code: courseCodeOf(course), run });
    const status = await adapter.getCourseStatus(edxCourseKey);
    if (isLmsFault(status)) return refusalOf(status);
    return {
      edxCourseKey,
      exists: status.exists,
      published: status.published,
      title: status.title ?? null,
      startDate: isoOrNull(status.startsAt),
      courseUrl: status.lmsUrl,
      studioUrl: status.studioUrl,
      lastJob: last ? showJob(last) : null,
    };
  },
});
