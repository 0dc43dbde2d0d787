import { countManyEnrolled } from "../catalog/statements.ts";
import { endOf, job, PAGE_ROWS } from "../kernel/job.ts";
import { settingsOf } from "../kernel/settings.ts";
import { DAY } from "../kernel/time.ts";
import { daysLeft, warningDue } from "../kernel/warning.ts";
import { type NewNotice, noticesWanted } from "../notifications/statements.ts";
import {
  enrollmentsEnded,
  enrollmentsEnding,
  enrollmentsOverdue,
  enrollmentsUntouched,
} from "./ending.ts";
import { expiredEvent } from "./transitions.ts";

/** A page is one batch; one that lost a row to another is read anew. */
export const enrollmentExpiryCheck = job({
  name: "lms.enrollment-expiry-check",
  summary: "Ends the access of active enrollments whose time is over",
  cron: "0 7 * * *",
  read: ({ db, now, cursor }) => ({
    overdue: enrollmentsOverdue(db, { now, cursor, limit: PAGE_ROWS }),
  }),
  run: async ({ overdue }, { db, now }) => {
    const organizations = [...Map.groupBy(overdue, (one) => one.organizationId)];
    return {
      processed: overdue.length,
      writes: organizations.flatMap(([orgId, some]) => [
        enrollmentsEnded(
          db,
          orgId,
          some.map((one) => one.id),
          now,
        ),
        countManyEnrolled(
          db,
          orgId,
          Map.groupBy(some, (one) => one.courseId),
          -1,
        ),
      ]),
      inOrganizations: organizations.map(([orgId, some]) => ({
        orgId,
        events: some.map((one) => expiredEvent(one, now)),
      })),
      ...endOf(overdue, PAGE_ROWS, (one) => [one.expiresAt ?? 0, one.id]),
    };
  },
});

type Told = { orgId: string; notice: NewNotice };

const byOrganization = (kind: Parameters<typeof noticesWanted>[0], told: readonly Told[]) =>
  [...Map.groupBy(told, (one) => one.orgId)].map(([orgId, notices]) => ({
    orgId,
    tasks: noticesWanted(
      kind,
      notices.map((one) => one.notice),
    ),
  }));

export const enrollmentExpiryWarning = job({
  name: "lms.enrollment-expiry-warning",
  summary: "Warns learners 30, 7 and 1 days before their access ends",
  cron: "0 7 * * *",
  read: ({ db, now, cursor }) => ({
    ending: enrollmentsEnding(db, { now, cursor, limit: PAGE_ROWS }),
  }),
  run: async ({ ending }, { now }) => {
    const told = ending.flatMap(({ isTold, ...one }): Told[] => {
      const expiresAt = one.expiresAt ?? 0;
      const threshold = warningDue(expiresAt, now);
      if (isTold || threshold === undefined) return [];
      const notice = {
        subject: one.id,
        recipientId: one.learnerId,
        threshold,
        dueAt: expiresAt,
        about: { enrollmentId: one.id, courseId: one.courseId },
        figures: { days: daysLeft(expiresAt, now) },
      };
      return [{ orgId: one.organizationId, notice }];
    });
    return {
      processed: told.length,
      inOrganizations: byOrganization("enrollment.expiring-soon", told),
      ...endOf(ending, PAGE_ROWS, (one) => [one.expiresAt ?? 0, one.id]),
    };
  },
});

/** Nobody sets fewer days than one. */
const IDLE_AT_LEAST_MS = 1 * DAY;

/** Whoever comes back and stays away anew is nudged anew: a spell away is known by when it began. */
export const learnerInactivityNudge = job({
  name: "lms.learner-inactivity-nudge",
  summary: "Nudges learners who have not opened their course for inactivityNudgeDays",
  cron: "0 10 * * TUE",
  read: ({ db, now, cursor }) => ({
    untouched: enrollmentsUntouched(db, {
      now,
      before: now - IDLE_AT_LEAST_MS,
      cursor,
      limit: PAGE_ROWS,
    }),
  }),
  run: async ({ untouched }, { now, settings }) => {
    const told = untouched.flatMap((one): Told[] => {
      const { inactivityNudgeDays: days } = settingsOf(settings, {
        defaults: one.defaults ?? {},
      }).defaults;
      if (one.isTold || one.idleSince > now - days * DAY) return [];
      const notice = {
        subject: one.id,
        recipientId: one.learnerId,
        dueAt: one.idleSince,
        about: { enrollmentId: one.id, courseId: one.courseId },
        figures: { days: Math.floor((now - one.idleSince) / DAY) },
      };
      return [{ orgId: one.organizationId, notice }];
    });
    return {
      processed: told.length,
      inOrganizations: byOrganization("enrollment.nudge", told),
      ...endOf(untouched, PAGE_ROWS, (one) => [one.idleSince, one.id]),
    };
  },
});
