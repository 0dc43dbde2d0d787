import { KINDS } from "./kinds.ts";
import type { Facts, Notice, NoticeKind } from "./notice.ts";
import type { AboutRows } from "./rows.ts";

type Told = Pick<Notice, "about" | "figures" | "dueAt" | "threshold">;

/** What is kept with a notice and said again in any language: ids, names of things and figures. */
export function factsOf(kind: NoticeKind, told: Told, rows: AboutRows): Facts {
  const { course, module, enrollment, cohort, session, host, certificate, payment } = rows;
  const { assignment, submission } = rows;
  const facts = {
    ...told.about,
    courseTitle: course?.title,
    moduleTitle: module?.title,
    progress: enrollment?.completionPct,
    expiresAt: certificate ? certificate.expiresAt : enrollment?.expiresAt,
    cohortName: cohort?.name,
    startDate: cohort?.startDate,
    endDate: cohort?.endDate,
    sessionTitle: session?.title,
    startsAt: session?.scheduledAt,
    durationMinutes: session?.durationMinutes,
    hostTimeZone: session && (host?.timeZone ?? cohort?.timezone),
    assignmentTitle: assignment?.title,
    penaltyPct: submission?.penaltyPct,
    accessEnded: enrollment?.status === "refunded" ? "yes" : undefined,
    verificationCode: certificate?.verificationCode,
    amount: payment?.amount,
    currency: payment?.currency,
    receivedAmount: payment?.receivedAmount,
    receivedCurrency: payment?.receivedCurrency,
    dueAt: told.dueAt === 0 ? undefined : told.dueAt,
    ...told.figures,
  };
  const known = Object.entries(facts).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined && entry[1] !== null,
  );
  const kept = Object.fromEntries(known);
  return { ...kept, path: pathOf(kind, kept) };
}

const pathOf = (kind: NoticeKind, facts: Facts): string =>
  KINDS[kind].path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(facts[name] ?? ""),
  );

/** Free text that a mail shows and no notice keeps: it is read from its row when the mail is written. */
export function textsOf(kind: NoticeKind, rows: AboutRows): Record<string, string> {
  const text = (): [string, string | null | undefined] | undefined => {
    switch (kind) {
      case "submission.graded":
      case "submission.returned":
        return ["feedback", rows.submission?.feedback];
      case "course.rejected":
        return ["reason", rows.course?.rejectionReason];
      case "certificate.revoked":
        return ["reason", rows.certificate?.revokedReason];
      case "session.cancelled":
        return ["reason", rows.session?.cancelReason];
      case "cohort.cancelled":
        return ["reason", rows.cohort?.cancelReason];
      case "cohort.announcement":
        return ["announcement", rows.announcement?.body];
      default:
        return undefined;
    }
  };
  const [name, value] = text() ?? [];
  return name !== undefined && value ? { [name]: value } : {};
}

/** Whether there is still something to tell: a session may have been moved, an access prolonged meanwhile. */
export function holds(kind: NoticeKind, told: Told, rows: AboutRows, now: number): boolean {
  const { course, enrollment, session, certificate, cohort } = rows;
  const isAt = (at: number | null | undefined) => told.dueAt === 0 || at === told.dueAt;
  const isEnrollment = (...statuses: string[]) =>
    enrollment !== undefined && statuses.includes(enrollment.status);
  switch (kind) {
    case "enrollment.confirmed":
      return isEnrollment("active", "completed");
    case "enrollment.moved":
      return cohort !== undefined && isEnrollment("active", "completed");
    case "enrollment.nudge":
      return isEnrollment("active");
    case "enrollment.expiring-soon":
      return isEnrollment("active") && isAt(enrollment?.expiresAt);
    case "enrollment.expired":
      return isEnrollment("expired");
    case "enrollment.cancelled":
      return isEnrollment("cancelled", "refunded");
    case "enrollment.completed":
      return isEnrollment("completed");
    case "assignment.due-soon":
      return told.dueAt > now;
    case "certificate.issued":
      return certificate?.revoked === false;
    case "certificate.expiring":
      return certificate?.revoked === false && isAt(certificate.expiresAt);
    case "session.reminder":
      return (
        session?.status === "scheduled" && session.scheduledAt > now && isAt(session.scheduledAt)
      );
    case "session.rescheduled":
      return session?.status === "scheduled" && isAt(session.scheduledAt);
    case "session.started":
      return session?.status === "live";
    case "session.cancelled":
      // A cancelled cohort's learners are told of the cohort, not of its every session.
      return session?.status === "cancelled" && cohort?.status !== "cancelled";
    case "cohort.place-offered":
      return isEnrollment("pending-payment") && isAt(enrollment?.seatUntil);
    case "cohort.starting":
      return cohort?.status === "scheduled" || cohort?.status === "active";
    case "course.submitted":
      return course?.status === "under-review";
    default:
      return true;
  }
}
