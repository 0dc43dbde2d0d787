import * as z from "zod";
import { courseById, ownCourse } from "../../catalog/statements.ts";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { configurationById } from "../configuration.ts";
import { importStarted } from "../events.ts";
import { acceptedJob, activeJobOf } from "../job.ts";
import { jobStarted } from "../job-start.ts";
import { publishBy } from "../permissions.ts";
import { closed, newJob, publicationOf } from "../publication.ts";

/** Open edX has no deletion by its API: an empty course that never begins is what comes nearest. */
export const openedxEmpty = command({
  type: "lms.openedx.empty",
  summary:
    "Replace a published course on the instance by an empty one that starts in the far future; Open edX cannot delete",
  input: z.strictObject({
    courseId: id,
    configurationId: id,
    confirm: z
      .union([z.literal(true), z.literal("true")])
      .describe("Has to be true: learners there lose the content"),
  }),
  output: acceptedJob.extend({ message: z.string() }),
  statuses: [202],
  limit: { name: "publish", by: "courseId" },
  permission: publishBy,
  emits: [importStarted],
  refuses: ["IMPORT_IN_PROGRESS", "FEATURE_DISABLED"],
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    configuration: found(
      "Configuration",
      configurationById(db, actor.orgId, input.configurationId),
    ),
    last: found("Publication", publicationOf(db, actor.orgId, input)),
    active: maybe(activeJobOf(db, actor.orgId, input.courseId)),
  }),
  own: ownCourse,
  decide: ({ course, configuration, last, active }, { db, actor, now, id: newId }) => {
    const refused = closed(configuration, active);
    if (refused) return refused;
    const job = newJob(
      {
        id: newId(),
        organizationId: actor.orgId,
        courseId: course.id,
        lmsConfigurationId: configuration.id,
        operation: "empty",
        edxCourseKey: last.edxCourseKey,
        metadata: {},
        createdBy: actor.id,
      },
      now,
    );
    const started = jobStarted(db, job, { configuration, last });
    return {
      ...started,
      answer: {
        ...started.answer,
        message:
          "Open edX deletes no course by its API: an empty one that starts in the far future takes its place",
      },
    };
  },
});
