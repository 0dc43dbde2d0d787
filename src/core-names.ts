/** What the core is made of, by name. A test holds each name against its definition. */

export const CourseEventTypes = {
  CREATED: "course.created",
  UPDATED: "course.updated",
  SUBMITTED_FOR_REVIEW: "course.submitted-for-review",
  PUBLISHED: "course.published",
  REJECTED: "course.rejected",
  ARCHIVED: "course.archived",
  RESTORED: "course.restored",
} as const;

export const EnrollmentEventTypes = {
  CREATED: "enrollment.created",
  ACTIVATED: "enrollment.activated",
  COMPLETED: "enrollment.completed",
  EXPIRED: "enrollment.expired",
  CANCELLED: "enrollment.cancelled",
  REFUNDED: "enrollment.refunded",
} as const;

export const ModuleEventTypes = {
  STARTED: "module.started",
  COMPLETED: "module.completed",
  UNLOCKED: "module.unlocked",
} as const;

export const AssignmentEventTypes = {
  CREATED: "assignment.created",
  UPDATED: "assignment.updated",
  DELETED: "assignment.deleted",
} as const;

export const SubmissionEventTypes = {
  CREATED: "submission.created",
  RECEIVED: "submission.received",
  GRADED: "submission.graded",
  RETURNED: "submission.returned",
} as const;

export const CertificateEventTypes = {
  ISSUED: "certificate.issued",
  EXPIRING: "certificate.expiring",
  REVOKED: "certificate.revoked",
} as const;

export const CohortEventTypes = {
  CREATED: "cohort.created",
  ACTIVATED: "cohort.activated",
  COMPLETED: "cohort.completed",
  CANCELLED: "cohort.cancelled",
} as const;

export const SessionEventTypes = {
  CREATED: "session.created",
  REMINDER_TRIGGER: "session.reminder-trigger",
  STARTED: "session.started",
  ENDED: "session.ended",
  RECORDED: "session.recorded",
  CANCELLED: "session.cancelled",
} as const;

export const CORE_EVENTS = [
  CourseEventTypes,
  EnrollmentEventTypes,
  ModuleEventTypes,
  AssignmentEventTypes,
  SubmissionEventTypes,
  CertificateEventTypes,
  CohortEventTypes,
  SessionEventTypes,
].flatMap((types) => Object.values<string>(types));

export const CORE_ENTITIES = [
  "Course",
  "CourseModule",
  "Enrollment",
  "ModuleProgress",
  "Assignment",
  "Submission",
  "Certificate",
  "Cohort",
  "LiveSession",
  "CourseReview",
  "Category",
] as const;

export const CORE_MACHINES = [
  "course",
  "enrollment",
  "submission",
  "liveSession",
  "cohort",
] as const;

export const CORE_COMMANDS = [
  "lms.course.create",
  "lms.course.update",
  "lms.course.submitReview",
  "lms.course.approve",
  "lms.course.reject",
  "lms.course.archive",
  "lms.course.restore",
  "lms.module.create",
  "lms.module.update",
  "lms.module.delete",
  "lms.module.reorder",
  "lms.enrollment.create",
  "lms.enrollment.cancel",
  "lms.enrollment.complete",
  "lms.enrollment.paymentConfirm",
  "lms.progress.update",
  "lms.progress.complete",
  "lms.assignment.create",
  "lms.assignment.update",
  "lms.assignment.delete",
  "lms.submission.create",
  "lms.submission.grade",
  "lms.certificate.create",
  "lms.certificate.revoke",
  "lms.cohort.create",
  "lms.cohort.update",
  "lms.cohort.cancel",
  "lms.session.create",
  "lms.session.start",
  "lms.session.end",
  "lms.session.cancel",
  "lms.session.uploadRecording",
  "lms.category.create",
  "lms.category.update",
  "lms.review.create",
  "lms.enrollment.expire",
  "lms.enrollment.refund",
  "lms.submission.return",
  "lms.cohort.activate",
  "lms.cohort.complete",
  "lms.session.update",
  "lms.progress.start",
] as const;

export const CORE_QUERIES = [
  "lms.courses.list",
  "lms.courses.getBySlug",
  "lms.courses.search",
  "lms.categories.list",
  "lms.courses.modules",
  "lms.enrollments.list",
  "lms.enrollments.get",
  "lms.enrollments.progress",
  "lms.learn.course",
  "lms.learn.module",
  "lms.progress.get",
  "lms.assignments.get",
  "lms.submissions.get",
  "lms.submissions.list",
  "lms.certificates.list",
  "lms.certificates.get",
  "lms.certificates.verify",
  "lms.certificates.download",
  "lms.cohorts.get",
  "lms.cohorts.sessions",
  "lms.sessions.get",
  "lms.instructor.courses",
  "lms.instructor.enrollments",
  "lms.instructor.analytics",
  "lms.instructor.submissions",
  "lms.admin.courses",
  "lms.admin.enrollments",
  "lms.admin.learners",
  "lms.admin.analytics",
] as const;

export const CORE_JOBS = [
  "lms.session-reminders-1day",
  "lms.session-reminders-30min",
  "lms.enrollment-expiry-check",
  "lms.enrollment-expiry-warning",
  "lms.assignment-due-reminders",
  "lms.learner-inactivity-nudge",
  "lms.cohort-activation",
  "lms.certificate-expiry-reminder",
  "lms.analytics-snapshot",
  "lms.deferred-revenue-recognition",
] as const;

export const REQUIRED_CAPABILITIES = [
  "eventBus",
  "fsmEngine",
  "ruleEngine",
  "scheduler",
  "queue",
  "database",
] as const;

export const OPTIONAL_CAPABILITIES = [
  "realtime",
  "payment",
  "videoMeeting",
  "storage",
  "notification",
] as const;
