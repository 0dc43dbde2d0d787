import { event } from "../kernel/event.ts";
import { endOf, job, PAGE_ROWS } from "../kernel/job.ts";
import { iso } from "../kernel/time.ts";
import { daysLeft, warningDue } from "../kernel/warning.ts";
import { triggersPulled } from "../notifications/statements.ts";
import { certificatesEnding } from "./ending.ts";
import { certificateExpiring } from "./events.ts";

/** The event and its trigger's key are one batch: a page that lost to another reads anew. */
export const certificateExpiryReminder = job({
  name: "lms.certificate-expiry-reminder",
  summary: "Tells of certificates 30, 7 and 1 days before they expire",
  cron: "0 8 * * *",
  read: ({ db, now, cursor }) => ({
    ending: certificatesEnding(db, { now, cursor, limit: PAGE_ROWS }),
  }),
  run: async ({ ending }, { db, now, id }) => {
    const due = ending.flatMap(({ isPulled, ...certificate }) => {
      const dueAt = certificate.expiresAt ?? 0;
      const threshold = warningDue(dueAt, now);
      if (isPulled || threshold === undefined) return [];
      const key = {
        kind: "certificate.expiring" as const,
        subject: certificate.id,
        threshold,
        dueAt,
      };
      return [{ certificate, key }];
    });
    const organizations = [...Map.groupBy(due, (one) => one.certificate.organizationId)];
    return {
      processed: due.length,
      writes: organizations.map(([orgId, some]) =>
        triggersPulled(
          db,
          orgId,
          some.map((one) => one.key),
          { now, id },
        ),
      ),
      inOrganizations: organizations.map(([orgId, some]) => ({
        orgId,
        events: some.map(({ certificate, key: { dueAt } }) =>
          event(
            certificateExpiring,
            { id: certificate.id, version: null },
            {
              certificateId: certificate.id,
              enrollmentId: certificate.enrollmentId,
              learnerId: certificate.learnerId,
              courseId: certificate.courseId,
              verificationCode: certificate.verificationCode,
              expiresAt: iso(dueAt),
              daysUntilExpiry: daysLeft(dueAt, now),
            },
          ),
        ),
      })),
      ...endOf(ending, PAGE_ROWS, (one) => [one.expiresAt ?? 0, one.id]),
    };
  },
});
