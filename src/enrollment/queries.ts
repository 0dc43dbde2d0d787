import { eq } from "drizzle-orm";
import * as z from "zod";
import { courseById } from "../catalog/statements.ts";
import { id } from "../kernel/id.ts";
import {
  newestFirst,
  type PageAsk,
  pageFault,
  pageInput,
  pageOf,
  pageOutput,
} from "../kernel/page.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { paymentsOf } from "../payments/statements.ts";
import {
  enrollmentAnswer,
  enrollmentWithPayment,
  showEnrollment,
  showWithPayment,
} from "./enrollment.ts";
import { enrollmentReadBy, ownEnrollmentOrCourse } from "./permissions.ts";
import { ENROLLMENT_STATUSES, lmsEnrollments } from "./schema.ts";
import { courseIdOfEnrollment, type EnrollmentRow, enrollmentById } from "./statements.ts";

const status = z.enum(ENROLLMENT_STATUSES).optional();
const listed = pageOutput(enrollmentAnswer);

const byStatus = (wanted: EnrollmentRow["status"] | undefined) =>
  wanted === undefined ? undefined : eq(lmsEnrollments.status, wanted);
const byCourse = (courseId: string | undefined) =>
  courseId === undefined ? undefined : eq(lmsEnrollments.courseId, courseId);

const page = (ask: PageAsk, rows: EnrollmentRow[]) =>
  pageOf(ask, rows, (row) => [row.id], showEnrollment);

export const enrollmentsList = query({
  type: "lms.enrollments.list",
  summary: "One's own enrollments, the newest first",
  input: z.strictObject({ ...pageInput, status, courseId: id.optional() }),
  output: listed,
  permission: { action: "enrollment:list", any: EVERY_MEMBER },
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    rows: newestFirst(db, lmsEnrollments, {
      orgId: actor.orgId,
      ask: input,
      filters: [
        eq(lmsEnrollments.learnerId, actor.id),
        byStatus(input.status),
        byCourse(input.courseId),
      ],
    }),
  }),
  answer: ({ rows }, { input }) => page(input, rows),
});

export const enrollmentsGet = query({
  type: "lms.enrollments.get",
  summary: "An enrollment, with the payment that it waits for",
  input: z.strictObject({ id }),
  output: enrollmentWithPayment,
  permission: enrollmentReadBy,
  read: ({ db, input, actor }) => ({
    enrollment: found("Enrollment", enrollmentById(db, actor.orgId, input.id)),
    course: found(
      "Enrollment",
      courseById(db, actor.orgId, courseIdOfEnrollment(actor, { enrollmentId: input.id })),
    ),
    payments: paymentsOf(db, actor.orgId, input.id),
  }),
  own: ownEnrollmentOrCourse,
  answer: ({ enrollment, payments }) => showWithPayment(enrollment, payments[0]),
});

export const instructorEnrollments = query({
  type: "lms.instructor.enrollments",
  summary: "The enrollments of a course, the newest first",
  input: z.strictObject({ ...pageInput, courseId: id, status }),
  output: listed,
  permission: { action: "enrollment:list-of-course", any: ["lms-admin"], own: ["instructor"] },
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    rows: newestFirst(db, lmsEnrollments, {
      orgId: actor.orgId,
      ask: input,
      filters: [byCourse(input.courseId), byStatus(input.status)],
    }),
  }),
  own: { instructor: ({ course }, actor) => course.instructorId === actor.id },
  answer: ({ rows }, { input }) => page(input, rows),
});

export const adminEnrollments = query({
  type: "lms.admin.enrollments",
  summary: "All enrollments of the organization, the newest first",
  input: z.strictObject({
    ...pageInput,
    courseId: id.optional(),
    learnerId: id.optional(),
    status,
  }),
  output: listed,
  permission: { action: "enrollment:list-all", any: ["lms-admin"] },
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    rows: newestFirst(db, lmsEnrollments, {
      orgId: actor.orgId,
      ask: input,
      filters: [
        byCourse(input.courseId),
        input.learnerId === undefined ? undefined : eq(lmsEnrollments.learnerId, input.learnerId),
        byStatus(input.status),
      ],
    }),
  }),
  answer: ({ rows }, { input }) => page(input, rows),
});
