import { assignmentsAmong, submissionsAmong } from "../assessment/statements.ts";
import { coursesAmong, modulesAmong } from "../catalog/statements.ts";
import { certificatesAmong } from "../certification/statements.ts";
import { announcementsAmong, cohortsAmong } from "../cohorts/statements.ts";
import { enrollmentsAmong } from "../enrollment/statements.ts";
import { membersAmong } from "../identity/statements.ts";
import type { Db, Rows } from "../kernel/statement.ts";
import { hostsAmong, sessionsAmong } from "../live/statements.ts";
import { paymentsAmong } from "../payments/statements.ts";
import type { About } from "./notice.ts";

/** The rows that so many notices tell of, as one batch; what none of them is about is not asked. */
export function rowsAbout(db: Db, orgId: string, abouts: readonly About[]) {
  const idsOf = (name: keyof About): string[] => [
    ...new Set(abouts.flatMap((one) => one[name] ?? [])),
  ];
  const asked = <S>(name: keyof About, read: (db: Db, orgId: string, ids: string[]) => S) => {
    const ids = idsOf(name);
    return ids.length > 0 ? read(db, orgId, ids) : undefined;
  };
  return {
    courses: asked("courseId", coursesAmong),
    modules: asked("moduleId", modulesAmong),
    enrollments: asked("enrollmentId", enrollmentsAmong),
    cohorts: asked("cohortId", cohortsAmong),
    announcements: asked("announcementId", announcementsAmong),
    sessions: asked("sessionId", sessionsAmong),
    hosts: asked("sessionId", (_, __, ids) => membersAmong(db, orgId, hostsAmong(orgId, ids))),
    certificates: asked("certificateId", certificatesAmong),
    assignments: asked("assignmentId", assignmentsAmong),
    submissions: asked("submissionId", submissionsAmong),
    payments: asked("paymentId", paymentsAmong),
  };
}

type Found = Rows<ReturnType<typeof rowsAbout>>;

const among = <T extends { id: string }>(rows: readonly T[] | undefined, id: string | undefined) =>
  rows?.find((one) => one.id === id);

/** Those of the rows that one notice is about. */
export function rowsOf(found: Found, about: About) {
  const session = among(found.sessions, about.sessionId);
  return {
    course: among(found.courses, about.courseId),
    module: among(found.modules, about.moduleId),
    enrollment: among(found.enrollments, about.enrollmentId),
    cohort: among(found.cohorts, about.cohortId),
    announcement: among(found.announcements, about.announcementId),
    session,
    host: found.hosts?.find((one) => one.userId === session?.instructorId),
    certificate: among(found.certificates, about.certificateId),
    assignment: among(found.assignments, about.assignmentId),
    submission: among(found.submissions, about.submissionId),
    payment: among(found.payments, about.paymentId),
  };
}

export type AboutRows = ReturnType<typeof rowsOf>;
