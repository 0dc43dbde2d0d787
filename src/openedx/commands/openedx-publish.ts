import * as z from "zod";
import {
  courseById,
  moduleOutlineOf,
  ownCourse,
  whilePublished,
} from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal, refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { isLmsFault } from "../../kernel/lms-adapter.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { instant } from "../../kernel/time.ts";
import { openFor, TRIPPED } from "../breaker.ts";
import { adapterOf, configurationById, keyPart, NO_KEY } from "../configuration.ts";
import { importStarted } from "../events.ts";
import { FAULT_CODES, refusalOf } from "../fault.ts";
import { acceptedJob, activeJobOf } from "../job.ts";
import { jobStarted } from "../job-start.ts";
import { courseCodeOf } from "../olx/course-names.ts";
import { publishBy } from "../permissions.ts";
import { closed, keyOf, newJob, publicationOf } from "../publication.ts";

export const openedxPublish = command({
  type: "lms.openedx.publish",
  summary: "Publish a course to an Open edX instance; the job tells how it goes",
  input: z.strictObject({
    courseId: id,
    configurationId: id,
    overwriteExisting: z
      .boolean()
      .default(true)
      .describe("false: refused where the course exists there already"),
    courseCodeOverride: keyPart.optional(),
    runOverride: keyPart.optional(),
    startDate: instant.optional().describe("By default when the course was published"),
    enrollmentStart: instant.optional(),
    enrollmentEnd: instant.optional(),
  }),
  output: acceptedJob,
  statuses: [202],
  limit: { name: "publish", by: "courseId" },
  permission: publishBy,
  emits: [importStarted],
  refuses: ["COURSE_NOT_READY", "IMPORT_IN_PROGRESS", "DUPLICATE", ...FAULT_CODES],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    configuration: found(
      "Configuration",
      configurationById(db, actor.orgId, input.configurationId),
    ),
    modules: moduleOutlineOf(db, actor.orgId, input.courseId),
    active: maybe(activeJobOf(db, actor.orgId, input.courseId)),
    last: maybe(publicationOf(db, actor.orgId, input)),
  }),
  own: ownCourse,
  consult: async ({ course, configuration, modules, active }, { input, now, ports }) => {
    const { defaultOrg: org, defaultRun } = configuration;
    const code = input.courseCodeOverride ?? courseCodeOf(course);
    const edxCourseKey = keyOf({ org, code, run: input.runOverride ?? defaultRun });
    if (course.status !== "published" || !modules.some((one) => one.isPublished)) {
      return refuse(
        "COURSE_NOT_READY",
        "Only a published course with at least one published module can go to another system",
      );
    }
    const refused = closed(configuration, active);
    if (refused) return refused;
    if (!ports.secrets) return NO_KEY;
    if (input.overwriteExisting) return { edxCourseKey };
    if (openFor(configuration, now) > 0) return refusalOf(TRIPPED);
    const adapter = await adapterOf(configuration, ports);
    if (isRefusal(adapter)) return adapter;
    const there = await adapter.findCourse(edxCourseKey);
    if (isLmsFault(there)) return refusalOf(there);
    return there.exists
      ? refuse("DUPLICATE", `${edxCourseKey} exists there: set overwriteExisting, or another run`)
      : { edxCourseKey };
  },
  decide: ({ course, configuration, last }, { db, input, actor, now, id: newId, consulted }) => {
    if (isRefusal(consulted)) return consulted;
    const { startDate = course.publishedAt ?? now, enrollmentStart, enrollmentEnd } = input;
    if (enrollmentEnd !== undefined && enrollmentEnd <= (enrollmentStart ?? startDate)) {
      const path = "enrollmentEnd";
      return refuse("VALIDATION_FAILED", "Enrollment has to end after it begins", {
        errors: [{ path, message: "After enrollmentStart, or startDate without one" }],
      });
    }
    const job = newJob(
      {
        id: newId(),
        organizationId: actor.orgId,
        courseId: course.id,
        lmsConfigurationId: configuration.id,
        operation: "publish",
        edxCourseKey: consulted.edxCourseKey,
        metadata: {
          startDate,
          ...(enrollmentStart === undefined ? {} : { enrollmentStart }),
          ...(enrollmentEnd === undefined ? {} : { enrollmentEnd }),
        },
        createdBy: actor.id,
      },
      now,
    );
    const started = jobStarted(db, job, { configuration, last });
    return { ...started, writes: [...started.writes, whilePublished(db, course)] };
  },
});
