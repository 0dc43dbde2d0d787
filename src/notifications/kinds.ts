import type { NoticeKind } from "./notice.ts";
import type { Wording } from "./words.ts";
import { CERTIFICATE_WORDS } from "./words-certificate.ts";
import { COHORT_WORDS } from "./words-cohort.ts";
import { COURSE_WORDS } from "./words-course.ts";
import { ENROLLMENT_WORDS } from "./words-enrollment.ts";
import { LEARNING_WORDS } from "./words-learning.ts";
import { PAYMENT_WORDS } from "./words-payment.ts";
import { SESSION_WORDS } from "./words-session.ts";

/** What is said of each kind where an organization says nothing else. */
export const WORDS: Readonly<Record<NoticeKind, Wording>> = {
  ...ENROLLMENT_WORDS,
  ...PAYMENT_WORDS,
  ...LEARNING_WORDS,
  ...CERTIFICATE_WORDS,
  ...SESSION_WORDS,
  ...COHORT_WORDS,
  ...COURSE_WORDS,
};

/** Names that every template may use: the recipient's, the organization's, and where to go. */
const COMMON = ["name", "organizationName", "link"] as const;

const enrollment = ["courseTitle", "days", "progress", "expiresAt", "expiresOn"] as const;
const payment = ["courseTitle", "amount", "paidAt", "paymentId"] as const;
const submission = ["courseTitle", "assignmentTitle", "score", "maxScore", "penalty", "feedback"];
const certificate = ["courseTitle", "verificationCode", "expiresAt", "expiresOn"] as const;
const session = ["courseTitle", "sessionTitle", "startsAt", "hostStartsAt", "duration"] as const;
const cohort = ["courseTitle", "cohortName", "startDate", "endDate"] as const;

const LEARN = "/lms/learn/{courseId}";
const COURSE = "/lms/courses/{courseId}";
const AUTHORED = "/lms/instructor/courses/{courseId}";
const ENROLLMENT = "/lms/enrollments/{enrollmentId}";
const SUBMISSION = "/lms/submissions/{submissionId}";
const CERTIFICATE = "/lms/verify/{verificationCode}";
const SESSION = "/lms/sessions/{sessionId}";

type Kind = {
  /** Where it leads: facts of the notice in braces. */
  readonly path: string;
  /** The names of its values, beside the common ones. */
  readonly values: readonly string[];
  /** Whether it is mailed where the member says nothing; `always` cannot be switched off. */
  readonly mail: "on" | "off" | "always";
  /** Mailed only this short before its time, in minutes; told in the application at any. */
  readonly mailWithinMinutes?: number;
};

export const KINDS: Readonly<Record<NoticeKind, Kind>> = {
  "enrollment.confirmed": {
    path: LEARN,
    values: [...new Set([...enrollment, ...cohort])],
    mail: "on",
  },
  "enrollment.nudge": { path: LEARN, values: enrollment, mail: "on" },
  "enrollment.expiring-soon": { path: LEARN, values: enrollment, mail: "on" },
  "enrollment.expired": { path: COURSE, values: enrollment, mail: "on" },
  "enrollment.cancelled": { path: COURSE, values: enrollment, mail: "on" },
  "enrollment.moved": { path: LEARN, values: cohort, mail: "on" },
  "enrollment.completed": { path: LEARN, values: enrollment, mail: "on" },
  "payment.receipt": { path: ENROLLMENT, values: payment, mail: "always" },
  "payment.refunded": { path: ENROLLMENT, values: [...payment, "accessEnded"], mail: "always" },
  "payment.held": { path: ENROLLMENT, values: [...payment, "received"], mail: "off" },
  "module.unlocked": {
    path: "/lms/learn/{courseId}/modules/{moduleId}",
    values: ["courseTitle", "moduleTitle"],
    mail: "off",
  },
  "assignment.due-soon": {
    path: "/lms/assignments/{assignmentId}",
    values: ["courseTitle", "assignmentTitle", "dueAt", "dueOn"],
    mail: "on",
  },
  "submission.graded": { path: SUBMISSION, values: submission, mail: "on" },
  "submission.returned": { path: SUBMISSION, values: submission, mail: "on" },
  "certificate.issued": { path: CERTIFICATE, values: certificate, mail: "on" },
  "certificate.expiring": { path: CERTIFICATE, values: certificate, mail: "on" },
  "certificate.revoked": { path: CERTIFICATE, values: [...certificate, "reason"], mail: "on" },
  "session.reminder": { path: SESSION, values: session, mail: "on", mailWithinMinutes: 30 },
  "session.rescheduled": { path: SESSION, values: session, mail: "on" },
  "session.started": { path: SESSION, values: session, mail: "off" },
  "session.recorded": { path: SESSION, values: session, mail: "on" },
  "session.cancelled": { path: SESSION, values: [...session, "reason"], mail: "on" },
  "cohort.starting": { path: LEARN, values: cohort, mail: "on" },
  "cohort.cancelled": { path: COURSE, values: [...cohort, "reason"], mail: "on" },
  "cohort.announcement": {
    path: "/lms/cohorts/{cohortId}",
    values: [...cohort, "announcement"],
    mail: "on",
  },
  "cohort.place-offered": { path: ENROLLMENT, values: [...cohort, "dueAt", "dueOn"], mail: "on" },
  "cohort.waiting-over": { path: COURSE, values: cohort, mail: "on" },
  "course.approved": { path: COURSE, values: ["courseTitle"], mail: "on" },
  "course.rejected": { path: AUTHORED, values: ["courseTitle", "reason"], mail: "on" },
  "course.submitted": { path: AUTHORED, values: ["courseTitle"], mail: "on" },
};

export const placeholdersOf = (kind: NoticeKind): ReadonlySet<string> =>
  new Set([...COMMON, ...KINDS[kind].values]);

export const isSwitchable = (kind: NoticeKind): boolean => KINDS[kind].mail !== "always";
