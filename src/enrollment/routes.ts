import { get, post } from "../kernel/route.ts";
import { enrollmentCancel } from "./commands/enrollment-cancel.ts";
import { enrollmentCreate } from "./commands/enrollment-create.ts";
import { enrollmentPaymentConfirm } from "./commands/enrollment-payment-confirm.ts";
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
  get("/lms/instructor/courses/:courseId/enrollments", instructorEnrollments),
  get("/lms/admin/enrollments", adminEnrollments),
  post("/lms/admin/enrollments/:enrollmentId/confirm-payment", enrollmentPaymentConfirm),
];
