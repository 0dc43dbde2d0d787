import * as z from "zod";
import { dueAmong } from "../assessment/statements.ts";
import { courseNamesAmong, moduleOutlinesAmong } from "../catalog/statements.ts";
import { certificatesHeldBy } from "../certification/statements.ts";
import { currentEnrollmentsOf, isOpen, ofCurrentEnrollments } from "../enrollment/statements.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { DAY, iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { sessionsAhead } from "../live/statements.ts";
import { nextStepOf } from "./progress.ts";
import { nextStep } from "./shown.ts";
import { moduleStatusesAmong } from "./statements.ts";

const ENROLLMENTS_MAX = 10;
const SESSIONS_MAX = 10;
const DUE_MAX = 10;
/** So long before it is due work is shown. */
const DUE_SOON_MS = 7 * DAY;
const CERTIFICATES_MAX = 5;
/** A session that began so long ago may still be live. */
const LIVE_MS_MAX = DAY;

const current = z.object({
  enrollmentId: z.string(),
  courseId: z.string(),
  cohortId: z.string().nullable(),
  title: z.string(),
  slug: z.string(),
  completionPct: z.number(),
  timeSpentSec: z.int(),
  lastAccessedAt: shownInstant.nullable(),
  expiresAt: shownInstant.nullable(),
  nextStep,
});

const upcoming = z.object({
  sessionId: z.string(),
  cohortId: z.string(),
  courseId: z.string(),
  title: z.string(),
  status: z.enum(["scheduled", "live"]),
  scheduledAt: shownInstant,
  durationMinutes: z.int(),
});

const due = z.object({
  assignmentId: z.string(),
  enrollmentId: z.string(),
  courseId: z.string(),
  title: z.string(),
  dueAt: shownInstant,
});

const held = z.object({
  certificateId: z.string(),
  courseId: z.string(),
  verificationCode: z.string(),
  issuedAt: shownInstant,
  expiresAt: shownInstant.nullable(),
});

export const meDashboard = query({
  type: "lms.me.dashboard",
  summary: "What one is at: courses with the next step, work due, sessions ahead, certificates",
  input: z.strictObject({}),
  output: z.object({
    enrollments: z.array(current).describe("Active ones, the newest first"),
    dueSoon: z.array(due).describe("Not handed in and due within seven days, the next first"),
    upcomingSessions: z.array(upcoming).describe("Live or still to come, the next first"),
    certificates: z.array(held).describe("The newest first"),
  }),
  permission: { action: "member:read-own", any: EVERY_MEMBER },
  read: ({ db, actor: { orgId, id }, now }) => {
    const ofMine = (column: "id" | "course_id" | "cohort_id") =>
      ofCurrentEnrollments(column, orgId, id, ENROLLMENTS_MAX);
    return {
      enrollments: currentEnrollmentsOf(db, orgId, id, ENROLLMENTS_MAX),
      courses: courseNamesAmong(db, orgId, ofMine("course_id")),
      modules: moduleOutlinesAmong(db, orgId, ofMine("course_id")),
      progress: moduleStatusesAmong(db, orgId, ofMine("id")),
      sessions: sessionsAhead(db, orgId, ofMine("cohort_id"), {
        since: now - LIVE_MS_MAX,
        limit: SESSIONS_MAX,
      }),
      due: dueAmong(db, orgId, ofMine("id"), {
        from: now,
        until: now + DUE_SOON_MS,
        limit: DUE_MAX,
      }),
      certificates: certificatesHeldBy(db, orgId, id, CERTIFICATES_MAX),
    };
  },
  answer: ({ enrollments, courses, modules, progress, sessions, due, certificates }, { now }) => {
    const open = enrollments.filter((one) => isOpen(one, now));
    return {
      enrollments: open.flatMap((one) => {
        const course = courses.find(({ id }) => id === one.courseId);
        if (!course) return [];
        return {
          enrollmentId: one.id,
          courseId: one.courseId,
          cohortId: one.cohortId,
          title: course.title,
          slug: course.slug,
          completionPct: one.completionPct,
          timeSpentSec: one.timeSpentSec,
          lastAccessedAt: isoOrNull(one.lastAccessedAt),
          expiresAt: isoOrNull(one.expiresAt),
          nextStep: nextStepOf(
            modules.filter((module) => module.courseId === one.courseId),
            progress.filter((row) => row.enrollmentId === one.id),
          ),
        };
      }),
      dueSoon: due
        .filter((one) => isShown(one, { open, modules }))
        .map(({ assignmentId, enrollmentId, courseId, title, dueAt }) => ({
          assignmentId,
          enrollmentId,
          courseId,
          title,
          dueAt: iso(dueAt),
        })),
      upcomingSessions: sessions.flatMap(({ status, ...one }) =>
        status === "live" || (status === "scheduled" && one.scheduledAt >= now)
          ? {
              sessionId: one.id,
              cohortId: one.cohortId,
              courseId: one.courseId,
              title: one.title,
              status,
              scheduledAt: iso(one.scheduledAt),
              durationMinutes: one.durationMinutes,
            }
          : [],
      ),
      certificates: certificates.map((one) => ({
        certificateId: one.id,
        courseId: one.courseId,
        verificationCode: one.verificationCode,
        issuedAt: iso(one.issuedAt),
        expiresAt: isoOrNull(one.expiresAt),
      })),
    };
  },
});

/** Work of an enrollment that is open, in no module or in one that its learners see. */
const isShown = (
  { enrollmentId, moduleId }: { enrollmentId: string; moduleId: string | null },
  {
    open,
    modules,
  }: {
    open: readonly { id: string }[];
    modules: readonly { id: string; isPublished: boolean }[];
  },
): boolean =>
  open.some((one) => one.id === enrollmentId) &&
  (moduleId === null || modules.some((one) => one.id === moduleId && one.isPublished));
