import { sql } from "drizzle-orm";
import * as z from "zod";
import { bestSubmissionsOf, exercisesAsking } from "../assessment/statements.ts";
import { modulesOf, sectionsOfCourse, sessionIdsOfCourse } from "../catalog/statements.ts";
import { courseIdOfEnrollment, learnerIdOfEnrollment } from "../enrollment/statements.ts";
import { id } from "../kernel/id.ts";
import { query } from "../kernel/query.ts";
import { attendedAmong } from "../live/statements.ts";
import { completionOf, countedOf } from "./completion.ts";
import { ofLearnerOrInstructor, progressReadBy } from "./permissions.ts";
import { lockOf, unmetOf } from "./progress.ts";
import { progressReads } from "./reads.ts";
import { assignmentsIn, sectionsDoneBy } from "./sections.ts";
import { sectionProgressOf } from "./statements.ts";

const criterion = z.object({
  moduleId: z.string(),
  title: z.string(),
  type: z.string(),
  met: z.boolean(),
  blockingReason: z.string().nullable(),
  detail: z.string().nullable(),
  requiredActions: z.array(z.record(z.string(), z.unknown())),
});

export const enrollmentsWhy = query({
  type: "lms.enrollments.why",
  summary: "Why an enrollment is, or is not, completed: each criterion, and what would meet it",
  input: z.strictObject({ enrollmentId: id }),
  output: z.object({
    enrollmentId: z.string(),
    status: z.string(),
    completionPct: z.number(),
    completionThreshold: z.int(),
    thresholdMet: z.boolean(),
    modulesCompleted: z.int(),
    modulesCounted: z.int(),
    criteria: z.array(criterion),
  }),
  permission: progressReadBy,
  read: ({ db, input, actor }) => {
    const courseId = courseIdOfEnrollment(actor, input);
    const enrollmentId = sql`${input.enrollmentId}`;
    return {
      ...progressReads(db, actor, input),
      whole: modulesOf(db, actor.orgId, courseId),
      sections: sectionsOfCourse(db, actor.orgId, courseId),
      sectionProgress: sectionProgressOf(db, actor.orgId, input.enrollmentId),
      assignments: bestSubmissionsOf(db, actor.orgId, input.enrollmentId),
      asking: exercisesAsking(
        db,
        actor.orgId,
        sql`section.module_id in (select id from lms_course_modules where course_id = ${courseId})`,
      ),
      attended: attendedAmong(
        db,
        actor.orgId,
        sessionIdsOfCourse(actor.orgId, courseId),
        learnerIdOfEnrollment(actor.orgId, enrollmentId),
      ),
    };
  },
  own: ofLearnerOrInstructor,
  answer: ({ course, enrollment, whole, progress, attended, ...rows }) => {
    const byModule = Map.groupBy(rows.sections, (section) => section.moduleId);
    const completion = completionOf(whole, progress);
    return {
      enrollmentId: enrollment.id,
      status: enrollment.status,
      completionPct: completion.completionPct,
      completionThreshold: course.completionThreshold,
      thresholdMet: completion.completionPct >= course.completionThreshold,
      modulesCompleted: completion.completed,
      modulesCounted: completion.counted,
      criteria: countedOf(whole).map((module) => {
        const row = progress.find((one) => one.moduleId === module.id);
        const met = row?.status === "completed";
        const unmet = met
          ? undefined
          : (lockOf(whole, progress, module) ??
            unmetOf({
              module,
              ...sectionsDoneBy(byModule.get(module.id) ?? [], rows),
              assignments: assignmentsIn(module, rows.assignments),
              progress: row,
              verifiedWatching: course.verifiedWatching,
              attended: attended.some((one) => one.sessionId === module.content?.sessionId),
            }));
        return { ...shownOf(module), met, ...reasonOf(met, unmet) };
      }),
    };
  },
});

const shownOf = ({ id: moduleId, title, type }: { id: string; title: string; type: string }) => ({
  moduleId,
  title,
  type,
});

type Unmet = ReturnType<typeof unmetOf>;

/** A module whose criteria are all met waits for one thing: to be completed. */
function reasonOf(met: boolean, unmet: Unmet) {
  if (met) return { blockingReason: null, detail: null, requiredActions: [] };
  if (!unmet) {
    const message = "Complete the module";
    return {
      blockingReason: null,
      detail: message,
      requiredActions: [{ action: "complete-module", message }],
    };
  }
  return {
    blockingReason: String(unmet.more?.blockingReason),
    detail: unmet.detail,
    requiredActions: unmet.more?.requiredActions as Record<string, unknown>[],
  };
}
