import * as z from "zod";
import { type EnrollmentRow, enrollmentOf, isCounted } from "../enrollment/statements.ts";
import { notFound, type Refusal, refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import type { Actor, Permission, Role } from "../kernel/permission.ts";
import { type Db, found, maybe } from "../kernel/statement.ts";
import { line } from "../kernel/text.ts";
import {
  calendarDate,
  endOfDate,
  iso,
  isoOrNull,
  shownInstant,
  startOfDate,
  timeZone,
} from "../kernel/time.ts";
import { COHORT_STATUSES } from "./schema.ts";
import {
  type CohortRow,
  type CohortWithSeats,
  cohortById,
  courseIdOf,
  courseOfCohort,
} from "./statements.ts";

/** What an instructor may set, in `create` as in `update`. */
export const cohortFields = {
  name: line(200),
  startDate: calendarDate,
  endDate: calendarDate.describe("Calendar date, inclusive"),
  capacity: z.int().min(1).max(100_000).describe("Seats"),
  timezone: timeZone,
};

export const instructorField = id.describe("lms-admin's; else the course's own instructor");

export const cohortAnswer = z.object({
  id: z.string(),
  courseId: z.string(),
  name: z.string(),
  instructorId: z.string(),
  startDate: calendarDate,
  endDate: calendarDate,
  startsAt: shownInstant.describe("The start date's first moment in the cohort's time zone"),
  endsAt: shownInstant.describe("The first moment after the end date"),
  timezone: z.string(),
  capacity: z.int(),
  status: z.enum(COHORT_STATUSES),
  activatedAt: shownInstant.nullable(),
  completedAt: shownInstant.nullable(),
  cancelledAt: shownInstant.nullable(),
  moveTo: z.string().nullable(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

export const cohortWithPlaces = cohortAnswer.extend({
  freePlaces: z.int().describe("Seats not taken as D1 counts them; the cohort's object decides"),
});

export const showCohort = (row: CohortRow): z.infer<typeof cohortAnswer> => ({
  id: row.id,
  courseId: row.courseId,
  name: row.name,
  instructorId: row.instructorId,
  startDate: row.startDate,
  endDate: row.endDate,
  startsAt: iso(startOfDate(row.startDate, row.timezone)),
  endsAt: iso(endOfDate(row.endDate, row.timezone)),
  timezone: row.timezone,
  capacity: row.capacity,
  status: row.status,
  activatedAt: isoOrNull(row.activatedAt),
  completedAt: isoOrNull(row.completedAt),
  cancelledAt: isoOrNull(row.cancelledAt),
  moveTo: row.moveTo,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});

export const showPlaces = (row: CohortWithSeats): z.infer<typeof cohortWithPlaces> => ({
  ...showCohort(row),
  freePlaces: Math.max(0, row.capacity - row.seatsTaken),
});

/** What every event of a cohort names. */
export const namesOf = ({ id: cohortId, courseId, name, instructorId }: CohortRow) => ({
  cohortId,
  courseId,
  name,
  instructorId,
});

export const cohortBy = (act: string): Permission => ({
  action: `cohort:${act}`,
  any: ["lms-admin"],
  own: ["instructor"],
});

type Teaches = { cohort: { instructorId: string }; course: { instructorId: string } };

/** The instructor of the cohort or of its course. */
export const ownCohort = {
  instructor: ({ cohort, course }: Teaches, actor: Actor): boolean =>
    cohort.instructorId === actor.id || course.instructorId === actor.id,
};

/** Whoever is in a cohort, and whoever teaches it. */
export const cohortWithinBy: Permission = {
  action: "cohort:read-within",
  any: ["lms-admin"],
  own: ["instructor", "member"],
};

type Joined = Teaches & {
  cohort: { id: string };
  enrollment: Pick<EnrollmentRow, "status" | "cohortId"> | undefined;
};

export const ownCohortOrIn = {
  ...ownCohort,
  member: ({ enrollment, cohort }: Joined): boolean =>
    enrollment?.cohortId === cohort.id && isCounted(enrollment),
};

/** What a query within one cohort reads, to know who may. */
export const readWithin = (db: Db, actor: Actor, cohortId: string) => ({
  cohort: found("Cohort", cohortById(db, actor.orgId, cohortId)),
  course: found("Cohort", courseOfCohort(db, actor.orgId, cohortId)),
  enrollment: maybe(enrollmentOf(db, actor.orgId, actor.id, courseIdOf(actor.orgId, cohortId))),
});

export const datesFault = ({ startDate, endDate }: { startDate: string; endDate: string }) =>
  startDate <= endDate
    ? undefined
    : refuse("VALIDATION_FAILED", "Correct endDate", {
        errors: [{ path: "endDate", message: "Has to be the start date or later" }],
      });

/** An instructor is named by lms-admin alone, and holds the role. */
export function instructorFault(
  instructorId: string | undefined,
  member: { roles: readonly Role[] } | undefined,
  actor: Actor,
): Refusal<"PERMISSION_DENIED" | "NOT_FOUND"> | undefined {
  if (instructorId === undefined) return undefined;
  if (actor.type !== "system" && !actor.roles.includes("lms-admin")) {
    return refuse("PERMISSION_DENIED", "instructorId is set by lms-admin alone");
  }
  return member?.roles.includes("instructor") ? undefined : notFound("Instructor");
}
