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

const enrollment = ["courseTitle", "progress", "expiresAt", "expiresOn"] as const;
const payment = ["courseTitle", "amount", "paidAt", "paymentId"] as const;
const submission = ["courseTitle", "assignmentTitle", "score", "maxScore", "penalty", "feedback"];
const certificate = ["courseTitle", "verificationCode", "expiresAt", "expiresOn"] as const;
const session = ["courseTitle", "sessionTitle", "startsAt", "hostStartsAt", "duration"] as const;
const cohort = ["courseTitle", "cohortName", "startDate", "endDate"] as const;

type Kind = {
  /** The names of its values, beside the common ones. */
  readonly values: readonly string[];
  /** Whether it is mailed where the member says nothing; `always` cannot be switched off. */
  readonly mail: "on" | "off" | "always";
  /** Mailed only this short before its time, in minutes; told in the application at any. */
  readonly mailWithinMinutes?: number;
};

export const KINDS: Readonly<Record<NoticeKind, Kind>> = {
  "enrollment.confirmed": { values: [...new Set([...enrollment, ...cohort])], mail: "on" },
  "enrollment.nudge": { values: enrollment, mail: "on" },
  "enrollment.expiring-soon": { values: enrollment, mail: "on" },
  "enrollment.expired": { values: enrollment, mail: "on" },
  "enrollment.cancelled": { values: enrollment, mail: "on" },
  "enrollment.completed": { values: enrollment, mail: "on" },
  "payment.receipt": { values: payment, mail: "always" },
  "payment.refunded": { values: payment, mail: "always" },
  "payment.held": { values: [...payment, "received"], mail: "off" },
  "module.unlocked": { values: ["courseTitle", "moduleTitle"], mail: "off" },
  "assignment.due-soon": {
    values: ["courseTitle", "assignmentTitle", "dueAt", "dueOn"],
    mail: "on",
  },
  "submission.graded": { values: submission, mail: "on" },
  "submission.returned": { values: submission, mail: "on" },
  "certificate.issued": { values: certificate, mail: "on" },
  "certificate.expiring": { values: certificate, mail: "on" },
  "certificate.revoked": { values: [...certificate, "reason"], mail: "on" },
  "session.reminder": { values: session, mail: "on", mailWithinMinutes: 30 },
  "session.rescheduled": { values: session, mail: "on" },
  "session.started": { values: session, mail: "off" },
  "session.recorded": { values: session, mail: "on" },
  "session.cancelled": { values: [...session, "reason"], mail: "on" },
  "cohort.starting": { values: cohort, mail: "on" },
  "cohort.cancelled": { values: [...cohort, "reason"], mail: "on" },
  "cohort.announcement": { values: [...cohort, "announcement"], mail: "on" },
  "course.approved": { values: ["courseTitle"], mail: "on" },
  "course.rejected": { values: ["courseTitle", "reason"], mail: "on" },
  "course.submitted": { values: ["courseTitle"], mail: "on" },
};

export const placeholdersOf = (kind: NoticeKind): ReadonlySet<string> =>
  new Set([...COMMON, ...KINDS[kind].values]);

export const isSwitchable = (kind: NoticeKind): boolean => KINDS[kind].mail !== "always";
