import { and, asc, eq, isNull } from "drizzle-orm";
import * as z from "zod";
import type { CourseRow } from "../catalog/statements.ts";
import { enrollmentOf, isCounted } from "../enrollment/statements.ts";
import { notFound, refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import {
  afterCursor,
  newestFirst,
  pageFault,
  pageInput,
  pageOf,
  pageOutput,
  windowOf,
} from "../kernel/page.ts";
import type { Actor } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found, maybe } from "../kernel/statement.ts";
import { announcementAnswer, showAnnouncement } from "./announcement.ts";
import {
  cohortWithinBy,
  cohortWithPlaces,
  ownCohortOrIn,
  readWithin,
  showPlaces,
} from "./cohort.ts";
import { lmsAnnouncements, lmsCohorts } from "./schema.ts";
import {
  type CohortRow,
  cohortWithSeats,
  courseIdOf,
  courseOfCohort,
  withSeats,
} from "./statements.ts";

/** Whoever may see the course may read its cohorts; to all others they are not there. */
export const cohortsGet = query({
  type: "lms.cohorts.get",
  summary: "A cohort's dates and free places",
  input: z.strictObject({ id }),
  output: cohortWithPlaces,
  permission: { action: "cohort:read", public: true },
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortWithSeats(db, actor.orgId, input.id)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.id)),
    enrollment:
      actor.type === "public"
        ? undefined
        : maybe(enrollmentOf(db, actor.orgId, actor.id, courseIdOf(actor.orgId, input.id))),
  }),
  answer: ({ cohort, course, enrollment }, { actor }) =>
    (enrollment && isCounted(enrollment)) || maySee(course, cohort, actor)
      ? showPlaces(cohort)
      : notFound("Cohort"),
});

function maySee(course: CourseRow, cohort: CohortRow, actor: Actor): boolean {
  if (course.status === "published" || actor.type === "system") return true;
  return actor.roles.some((role) => {
    switch (role) {
      case "lms-admin":
        return true;
      case "instructor":
        return course.instructorId === actor.id || cohort.instructorId === actor.id;
      case "content-reviewer":
        return course.status === "under-review";
      default:
        return false;
    }
  });
}

export const cohortsAnnouncements = query({
  type: "lms.cohorts.announcements",
  summary: "What a cohort was told, the newest first",
  input: z.strictObject({ cohortId: id, ...pageInput }),
  output: pageOutput(announcementAnswer),
  permission: cohortWithinBy,
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    ...readWithin(db, actor, input.cohortId),
    rows: newestFirst(db, lmsAnnouncements, {
      orgId: actor.orgId,
      ask: input,
      filters: [eq(lmsAnnouncements.cohortId, input.cohortId), isNull(lmsAnnouncements.deletedAt)],
    }),
  }),
  own: ownCohortOrIn,
  answer: ({ rows }, { input }) => pageOf(input, rows, (row) => [row.id], showAnnouncement),
});

export const instructorCohorts = query({
  type: "lms.instructor.cohorts",
  summary: "One's own cohorts, the oldest first; lms-admin may name another instructor",
  input: z.strictObject({ ...pageInput, instructorId: id.optional() }),
  output: pageOutput(cohortWithPlaces),
  permission: { action: "cohort:list", any: ["lms-admin"], own: ["instructor"] },
  fault: (input, actor) =>
    pageFault(input) ??
    (input.instructorId === undefined ||
    input.instructorId === actor.id ||
    actor.type === "system" ||
    actor.roles.includes("lms-admin")
      ? undefined
      : refuse("PERMISSION_DENIED", "Permission denied: cohort:list of another instructor")),
  read: ({ db, input, actor }) => {
    const { limit, offset } = windowOf(input);
    return {
      cohorts: db
        .select(withSeats)
        .from(lmsCohorts)
        .where(
          and(
            eq(lmsCohorts.organizationId, actor.orgId),
            eq(lmsCohorts.instructorId, input.instructorId ?? actor.id),
            isNull(lmsCohorts.deletedAt),
            afterCursor(input.cursor, [lmsCohorts.id], "asc"),
          ),
        )
        .orderBy(asc(lmsCohorts.id))
        .limit(limit)
        .offset(offset),
    };
  },
  own: { instructor: () => true },
  answer: ({ cohorts }, { input }) => pageOf(input, cohorts, (row) => [row.id], showPlaces),
});
