import { get, post } from "../kernel/route.ts";
import { enrollmentCancel } from "./commands/enrollment-cancel.ts";
import { enrollmentCheckout } from "./commands/enrollment-checkout.ts";
import { enrollmentCreate } from "./commands/enrollment-create.ts";
import { enrollmentMove } from "./commands/enrollment-move.ts";
import { enrollmentPaymentConfirm } from "./commands/enrollment-payment-confirm.ts";
import { enrollmentRefund } from "./commands/enrollment-refund.ts";
import {
  adminEnrollments,
  enrollmentsGet,
  enrollmentsList,
  instructorEnrollments,
} from "./queries.ts";

export const routes = [
  get("/lms/enrollments", enrollmentsList),
  post("/lms/enrollments", enrollmentCreate, { location: "/lms/enrollments/{id}" }),
  get("/lms/enrollments/:id", enrollmentsGet),
  post("/lms/enrollments/:enrollmentId/cancel", enrollmentCancel),
  post("/lms/enrollments/:enrollmentId/checkout", enrollmentCheckout),
  post("/lms/enrollments/:enrollmentId/move", enrollmentMove),
  get("/lms/instructor/courses/:courseId/enrollments", instructorEnrollments),
  get("/lms/admin/enrollments", adminEnrollments),
  post("/lms/admin/enrollments/:enrollmentId/confirm-payment", enrollmentPaymentConfirm),
  post("/lms/admin/enrollments/:enrollmentId/refund", enrollmentRefund),
];
