import * as z from "zod";

/** Everything that a member can be told of. */
export const NOTICE_KINDS = [
  "enrollment.confirmed",
  "enrollment.nudge",
  "enrollment.expiring-soon",
  "enrollment.expired",
  "enrollment.cancelled",
  "enrollment.moved",
  "enrollment.completed",
  "payment.receipt",
  "payment.refunded",
  "payment.held",
  "module.unlocked",
  "assignment.due-soon",
  "submission.graded",
  "submission.returned",
  "certificate.issued",
  "certificate.expiring",
  "certificate.revoked",
  "session.reminder",
  "session.rescheduled",
  "session.started",
  "session.recorded",
  "session.cancelled",
  "cohort.starting",
  "cohort.cancelled",
  "cohort.announcement",
  "cohort.place-offered",
  "cohort.waiting-over",
  "course.approved",
  "course.rejected",
  "course.submitted",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The rows that a notice tells of, by their ids; they are read when it is sent. */
export const about = z
  .strictObject({
    courseId: z.string(),
    enrollmentId: z.string(),
    moduleId: z.string(),
    cohortId: z.string(),
    sessionId: z.string(),
    assignmentId: z.string(),
    submissionId: z.string(),
    certificateId: z.string(),
    paymentId: z.string(),
    announcementId: z.string(),
  })
  .partial();
export type About = z.infer<typeof about>;

/** Figures that no row has by then, as the amount of one refund; instants in epoch milliseconds. */
export const facts = z.record(z.string(), z.union([z.string(), z.number()]));
export type Facts = z.infer<typeof facts>;

/** What makes two notices the same, whoever is told: an event's id, or a reminder's thing, threshold and due time. */
export const noticeKey = {
  subject: z.string().min(1),
  threshold: z.int().default(0),
  dueAt: z.int().default(0),
};

export const notice = z.strictObject({
  ...noticeKey,
  recipientId: z.string().min(1),
  eventId: z.string().nullable().default(null),
  about,
  figures: facts.default({}),
});
export type Notice = z.infer<typeof notice>;
export type NewNotice = z.input<typeof notice>;
