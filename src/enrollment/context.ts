import { context } from "../kernel/context.ts";
import { enrollmentCancel } from "./commands/enrollment-cancel.ts";
import { enrollmentComplete } from "./commands/enrollment-complete.ts";
import { enrollmentCreate } from "./commands/enrollment-create.ts";
import { enrollmentExpire } from "./commands/enrollment-expire.ts";
import { enrollmentPaymentConfirm } from "./commands/enrollment-payment-confirm.ts";
import {
  enrollmentActivated,
  enrollmentCancelled,
  enrollmentCompleted,
  enrollmentCreated,
  enrollmentExpired,
  enrollmentReactivated,
} from "./events.ts";
import { enrollmentExpiryCheck, enrollmentExpiryWarning, learnerInactivityNudge } from "./jobs.ts";
import { enrollmentMachine } from "./machine.ts";
import {
  adminEnrollments,
  enrollmentsGet,
  enrollmentsList,
  instructorEnrollments,
} from "./queries.ts";
import { routes } from "./routes.ts";
import {
  accessEnded,
  certificateRequiresThreshold,
  freeCourseSkipPayment,
  noDuplicateActiveEnrollment,
} from "./rules.ts";

export const enrollment = context({
  name: "enrollment",
  commands: [
    enrollmentCreate,
    enrollmentCancel,
    enrollmentComplete,
    enrollmentExpire,
    enrollmentPaymentConfirm,
  ],
  queries: [enrollmentsList, enrollmentsGet, instructorEnrollments, adminEnrollments],
  events: [
    enrollmentCreated,
    enrollmentReactivated,
    enrollmentActivated,
    enrollmentCompleted,
    enrollmentExpired,
    enrollmentCancelled,
  ],
  machines: [enrollmentMachine],
  jobs: [enrollmentExpiryCheck, enrollmentExpiryWarning, learnerInactivityNudge],
  rules: [
    freeCourseSkipPayment,
    noDuplicateActiveEnrollment,
    certificateRequiresThreshold,
    accessEnded,
  ],
  constraints: {
    "lms_enrollments.organization_id, lms_enrollments.learner_id, lms_enrollments.course_id": {
      code: "DUPLICATE",
      detail: "The learner is enrolled in this course already",
    },
  },
  routes,
});
