import { context } from "../kernel/context.ts";
import { enrollmentCancel } from "./commands/enrollment-cancel.ts";
import { enrollmentCheckout } from "./commands/enrollment-checkout.ts";
import { enrollmentComplete } from "./commands/enrollment-complete.ts";
import { enrollmentCreate } from "./commands/enrollment-create.ts";
import { enrollmentExpire } from "./commands/enrollment-expire.ts";
import { enrollmentMove } from "./commands/enrollment-move.ts";
import { enrollmentPaymentConfirm } from "./commands/enrollment-payment-confirm.ts";
import { enrollmentRefund } from "./commands/enrollment-refund.ts";
import {
  enrollmentActivated,
  enrollmentCancelled,
  enrollmentCompleted,
  enrollmentCreated,
  enrollmentExpired,
  enrollmentMovedCohort,
  enrollmentReactivated,
  enrollmentRefunded,
} from "./events.ts";
import { enrollmentExpiryCheck, enrollmentExpiryWarning, learnerInactivityNudge } from "./jobs.ts";
import { enrollmentMachine } from "./machine.ts";
import { personalEnrollments } from "./personal.ts";
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
  refundWithinWindow,
} from "./rules.ts";

export const enrollment = context({
  name: "enrollment",
  commands: [
    enrollmentCreate,
    enrollmentCancel,
    enrollmentComplete,
    enrollmentExpire,
    enrollmentPaymentConfirm,
    enrollmentRefund,
    enrollmentCheckout,
    enrollmentMove,
  ],
  queries: [enrollmentsList, enrollmentsGet, instructorEnrollments, adminEnrollments],
  events: [
    enrollmentCreated,
    enrollmentReactivated,
    enrollmentActivated,
    enrollmentCompleted,
    enrollmentExpired,
    enrollmentCancelled,
    enrollmentRefunded,
    enrollmentMovedCohort,
  ],
  machines: [enrollmentMachine],
  jobs: [enrollmentExpiryCheck, enrollmentExpiryWarning, learnerInactivityNudge],
  rules: [
    freeCourseSkipPayment,
    noDuplicateActiveEnrollment,
    certificateRequiresThreshold,
    accessEnded,
    refundWithinWindow,
  ],
  constraints: {
    "lms_enrollments.organization_id, lms_enrollments.learner_id, lms_enrollments.course_id": {
      code: "DUPLICATE",
      detail: "The learner is enrolled in this course already",
    },
  },
  routes,
  personal: [personalEnrollments],
});
