import type { Role } from "../../src/kernel/permission.ts";
import type { Json } from "../harness/world.ts";
import type { Subject } from "./subjects.ts";

/** Roles by a letter, so that the table below can be read beside the one of domain.md. */
export const LETTERS = {
  A: "lms-admin",
  O: "org-admin",
  I: "instructor",
  R: "content-reviewer",
  L: "learner",
} as const satisfies Record<string, Role>;
export type Letter = keyof typeof LETTERS;

/**
 * Who may: `any` whoever's the row is, `own` where it is the actor's own; `public` without an actor.
 * `names` is the payload, made of a subject's ids; `anyhow` is a payload that names no row of anybody's.
 * `hides`: what is not the actor's own to see is not there (404), instead of forbidden (403).
 */
export type Line = { any?: string; own?: string; public?: true; hides?: true } & (
  | { names: (subject: Subject) => Json }
  | { anyhow: Json }
);

const ids =
  (...fields: (keyof Subject)[]) =>
  (more: Json = {}) =>
  (subject: Subject): Json => ({
    ...Object.fromEntries(fields.map((field) => [field, subject[field]])),
    ...more,
  });
const idOf =
  (field: keyof Subject) =>
  (subject: Subject): Json => ({ id: subject[field] });

const courseWith = ids("courseId");
const moduleWith = ids("moduleId");
const enrollmentWith = ids("enrollmentId");
const cohortWith = ids("cohortId");
const ATTENDED = {
  learnerId: "somebody",
  firstJoinedAt: "2099-01-02T10:00:00Z",
  lastLeftAt: null,
  secondsPresent: 0,
  joins: 1,
};
const sessionWith = ids("sessionId");
const moduleOfEnrollment = ids("enrollmentId", "moduleId");

const learnerWith =
  () =>
  ({ userId }: Subject): Json => ({ learnerId: userId });
const payment =
  () =>
  ({ paidEnrollmentId, paymentId }: Subject): Json => ({
    enrollmentId: paidEnrollmentId,
    paymentId,
  });

const author = { any: "A", own: "I" };
const admin = { any: "A" };
const readers = { any: "AO", own: "IL" };
const everyMember = { any: "AOIRL" };
const everybody = { public: true } as const;
const dates = { startDate: "2099-01-01", endDate: "2099-02-01", timezone: "UTC" };
const administrators = { any: "AO" };
const words = { kind: "enrollment.confirmed", language: "en" };
const reason = { reason: "Trial" };

/** Commands and queries by name, in the order of the permission table of domain.md. */
export const MATRIX: Readonly<Record<string, Line>> = {
  "lms.course.create": {
    any: "IA",
    anyhow: { title: "Course", type: "self-paced", level: "beginner" },
  },
  "lms.course.update": { ...author, names: courseWith({ title: "Other" }) },
  "lms.chapter.create": { ...author, names: courseWith({ title: "Chapter" }) },
  "lms.chapter.update": { ...author, names: ids("chapterId")({ title: "Other" }) },
  "lms.chapter.delete": { ...author, names: ids("chapterId")() },
  "lms.chapter.reorder": {
    ...author,
    names: ({ courseId, chapterId }) => ({ courseId, chapterIds: [chapterId] }),
  },
  "lms.module.create": {
    ...author,
    names: courseWith({ title: "M", type: "article", content: { html: "<p>a</p>" } }),
  },
  "lms.module.update": { ...author, names: moduleWith({ title: "Other" }) },
  "lms.module.delete": { ...author, names: moduleWith() },
  "lms.module.reorder": {
    ...author,
    names: ({ courseId, moduleIds }) => ({ courseId, moduleIds: moduleIds.split(" ") }),
  },
  "lms.section.create": {
    ...author,
    names: moduleWith({ title: "S", type: "text", content: { html: "<p>a</p>" } }),
  },
  "lms.section.update": { ...author, names: ids("sectionId")({ title: "Other" }) },
  "lms.section.delete": { ...author, names: ids("sectionId")() },
  "lms.section.reorder": {
    ...author,
    names: ({ moduleId, sectionId }) => ({ moduleId, sectionIds: [sectionId] }),
  },
  "lms.cohort.create": { ...author, names: courseWith({ name: "C", capacity: 3, ...dates }) },
  "lms.cohort.update": { ...author, names: cohortWith({ name: "Other" }) },
  "lms.cohort.activate": { ...author, names: cohortWith() },
  "lms.cohort.complete": { ...author, names: cohortWith() },
  "lms.cohort.cancel": { ...author, names: cohortWith() },
  "lms.cohort.announce": { ...author, names: cohortWith({ body: "News" }) },
  "lms.session.create": {
    ...author,
    names: cohortWith({ title: "S", scheduledAt: "2099-01-03T10:00:00Z", durationMinutes: 30 }),
  },
  "lms.session.update": { ...author, names: sessionWith({ title: "Other" }) },
  "lms.session.start": { ...author, names: sessionWith() },
  "lms.session.end": { ...author, names: sessionWith() },
  "lms.session.cancel": { ...author, names: sessionWith() },
  "lms.session.uploadRecording": {
    ...author,
    names: sessionWith({ recordingUrl: "https://media.test/r.mp4" }),
  },
  "lms.session.recordAttendance": {
    names: sessionWith({ asOf: "2099-01-02T10:00:00Z", attendance: [ATTENDED] }),
  },
  "lms.session.remind": {
    names: sessionWith({ minutesBefore: 30, dueAt: "2099-01-02T10:00:00Z" }),
  },
  "lms.assignment.create": {
    ...author,
    names: courseWith({
      title: "A",
      instructions: "Write",
      type: "text-response",
      maxScore: 10,
      passingScore: 5,
    }),
  },
  "lms.assignment.update": { ...author, names: ids("assignmentId")({ title: "Other" }) },
  "lms.assignment.delete": { ...author, names: ids("assignmentId")() },
  "lms.question.create": {
    ...author,
    names: ({ quizModuleId }) => ({
      moduleId: quizModuleId,
      kind: "true-false",
      prompt: "Is it so?",
      answer: true,
      points: 1,
    }),
  },
  "lms.question.update": { ...author, names: ids("questionId")({ points: 2 }) },
  "lms.question.delete": { ...author, names: ids("questionId")() },
  "lms.quizzes.statistics": {
    ...author,
    names: ({ quizModuleId }) => ({ moduleId: quizModuleId }),
  },
  "lms.submission.grade": { ...author, names: ids("submissionId")({ score: 1 }) },
  "lms.submission.return": { ...author, names: ids("submissionId")() },
  "lms.course.submitReview": { ...author, names: courseWith() },
  "lms.course.approve": { any: "AR", names: courseWith() },
  "lms.course.reject": { any: "AR", names: courseWith(reason) },
  "lms.course.archive": { ...author, names: courseWith() },
  "lms.course.restore": { ...admin, names: courseWith() },
  "lms.course.unpublish": { ...admin, names: courseWith() },

  "lms.enrollment.create": {
    any: "AO",
    own: "L",
    names: ({ courseId, userId }) => ({ courseId, learnerId: userId }),
  },
  "lms.enrollment.cancel": { any: "AO", own: "L", names: enrollmentWith() },
  "lms.enrollment.checkout": { any: "AO", own: "L", names: enrollmentWith() },
  "lms.enrollment.refund": { ...admin, names: enrollmentWith() },
  "lms.enrollment.move": { ...admin, names: ids("enrollmentId", "cohortId")() },
  "lms.enrollment.paymentConfirm": { ...admin, names: payment() },
  "lms.enrollment.expire": { ...admin, names: enrollmentWith() },
  "lms.enrollment.complete": { ...admin, names: enrollmentWith() },
  "lms.certificate.create": { ...admin, names: enrollmentWith() },
  "lms.progress.start": { own: "L", names: moduleOfEnrollment() },
  "lms.progress.update": { own: "L", names: moduleOfEnrollment({ timeSpentSec: 1 }) },
  "lms.progress.complete": { any: "A", own: "IL", names: moduleOfEnrollment() },
  "lms.quiz.start": {
    own: "L",
    names: ({ enrollmentId, quizModuleId }) => ({ enrollmentId, moduleId: quizModuleId }),
  },
  "lms.quiz.answer": { own: "L", names: ids("attemptId", "questionId")({ answer: true }) },
  "lms.quiz.submit": { own: "L", names: ids("attemptId")() },
  "lms.submission.create": { own: "L", names: ids("assignmentId")({ content: "Done" }) },
  "lms.submission.peerReview": {
    own: "L",
    names: ({ peersSubmissionId }) => ({ submissionId: peersSubmissionId, score: 1 }),
  },
  "lms.review.create": { own: "L", names: courseWith({ rating: 5 }) },

  "lms.courses.list": { ...everybody, anyhow: {} },
  "lms.courses.search": { ...everybody, anyhow: { q: "course" } },
  "lms.courses.getBySlug": { ...everybody, names: ({ courseId }) => ({ slug: courseId }) },
  "lms.courses.modules": { ...everybody, names: courseWith() },
  "lms.reviews.list": { ...everybody, names: courseWith() },
  "lms.categories.list": { ...everybody, anyhow: {} },
  "lms.cohorts.get": { ...everybody, names: idOf("cohortId") },
  "lms.certificates.verify": { ...everybody, anyhow: { code: "CERT-NONE" } },
  "lms.enrollments.get": { ...readers, names: idOf("enrollmentId") },
  "lms.enrollments.progress": { ...readers, names: enrollmentWith() },
  "lms.enrollments.why": { ...readers, names: enrollmentWith() },
  "lms.progress.get": { ...readers, names: moduleOfEnrollment() },
  "lms.certificates.get": { ...readers, names: idOf("certificateId") },
  "lms.certificates.download": { ...readers, names: idOf("certificateId") },
  "lms.cohort.leaveWaitingList": {
    own: "L",
    hides: true,
    names: ({ fullCohortId }) => ({ cohortId: fullCohortId }),
  },
  "lms.cohorts.place": {
    own: "L",
    hides: true,
    names: ({ fullCohortId }) => ({ cohortId: fullCohortId }),
  },
  "lms.instructor.waitingList": { ...author, names: cohortWith() },
  "lms.cohorts.online": { any: "A", own: "IL", names: cohortWith() },
  "lms.cohorts.announcements": { any: "A", own: "IL", names: cohortWith() },
  "lms.cohorts.sessions": { any: "A", own: "IL", names: cohortWith() },
  "lms.sessions.attendance": { any: "A", own: "IL", names: idOf("sessionId") },
  "lms.sessions.get": { any: "A", own: "IL", names: idOf("sessionId") },
  "lms.calendar.link": { ...everyMember, anyhow: {} },
  "lms.calendar.unlink": { ...everyMember, anyhow: {} },
  "lms.calendar.get": { ...everyMember, anyhow: {} },
  "lms.session.ticket": { any: "A", own: "IL", names: sessionWith() },
  "lms.realtime.ticket": { ...everyMember, anyhow: {} },
  "lms.assignments.get": { any: "A", own: "IL", names: idOf("assignmentId") },
  "lms.assignments.list": {
    any: "A",
    own: "IL",
    names: ({ courseId }) => ({ course: courseId }),
  },
  "lms.quizzes.attempt": { ...readers, names: idOf("attemptId") },
  "lms.submissions.get": { ...readers, names: idOf("submissionId") },
  "lms.submissions.feedback": { ...readers, names: idOf("submissionId") },
  "lms.submissions.list": { ...readers, names: ids("assignmentId")() },
  "lms.peerReviews.list": { ...everyMember, anyhow: {} },
  "lms.me.dashboard": { ...everyMember, anyhow: {} },
  "lms.learn.course": {
    any: "A",
    own: "IL",
    names: ({ courseId }) => ({ courseSlug: courseId }),
  },
  "lms.learn.module": { any: "A", own: "IL", names: ids("courseId", "moduleId")() },
  "lms.enrollments.list": { ...everyMember, anyhow: {} },
  "lms.certificates.list": { ...everyMember, anyhow: {} },
  "lms.members.me": { ...everyMember, anyhow: {} },
  "lms.member.update": { ...everyMember, anyhow: { locale: "ru" } },
  "lms.notifications.list": { ...everyMember, anyhow: {} },
  "lms.notifications.preferences": { ...everyMember, anyhow: {} },
  "lms.notification.prefer": { ...everyMember, anyhow: { email: {} } },
  "lms.notification.read": {
    own: "L",
    hides: true,
    names: ({ noticeId }) => ({ ids: [noticeId] }),
  },
  "lms.notification.unsubscribe": {
    own: "L",
    names: ({ userId }) => ({ memberId: userId, kind: "enrollment.nudge" }),
  },
  "lms.upload.create": {
    ...everyMember,
    anyhow: { name: "a.pdf", contentType: "application/pdf", size: 3, sha256: "a".repeat(64) },
  },
  "lms.upload.finish": { names: ids("key")() },
  "lms.files.get": { own: "L", hides: true, names: ids("key")() },

  "lms.certificate.revoke": { ...admin, names: ids("certificateId")(reason) },
  "lms.category.create": { ...admin, anyhow: { name: "Category" } },
  "lms.category.update": { ...admin, names: ids("categoryId")({ name: "Other" }) },
  "lms.category.delete": { ...admin, names: ids("categoryId")() },
  "lms.review.moderate": { ...admin, names: ids("reviewId")({ status: "hidden" }) },

  "lms.admin.notificationTemplates": { ...administrators, anyhow: {} },
  "lms.admin.notificationTemplate": { ...administrators, anyhow: words },
  "lms.notificationTemplate.set": {
    ...administrators,
    anyhow: { ...words, subject: "Welcome", text: "Welcome." },
  },
  "lms.notificationTemplate.reset": { ...administrators, anyhow: words },

  "lms.settings.get": { ...administrators, anyhow: {} },
  "lms.settings.update": {
    ...administrators,
    anyhow: { defaults: { refundWindowDays: 7 } },
  },
  "lms.member.suspend": { ...admin, names: learnerWith() },
  "lms.member.unsuspend": { ...admin, names: learnerWith() },
  "lms.member.erase": {
    ...admin,
    names: ({ userId }) => ({ learnerId: userId, confirm: userId }),
  },
  "lms.member.export": { any: "A", own: "L", names: learnerWith() },
  "lms.exports.get": { any: "A", own: "L", names: idOf("exportId") },
  "lms.job.run": { anyhow: { name: "lms.retention" } },

  "lms.instructor.questions": {
    ...author,
    names: ({ quizModuleId }) => ({ moduleId: quizModuleId }),
  },
  "lms.instructor.courses": { any: "IA", anyhow: {} },
  "lms.instructor.course": { ...author, names: courseWith() },
  "lms.instructor.chapters": { ...author, names: courseWith() },
  "lms.instructor.modules": { ...author, names: courseWith() },
  "lms.instructor.module": { ...author, names: moduleWith() },
  "lms.instructor.cohorts": { any: "IA", anyhow: {} },
  "lms.instructor.enrollments": { ...author, names: courseWith() },
  "lms.instructor.assignments": { ...author, names: courseWith() },
  "lms.instructor.submissions": { any: "IA", anyhow: {} },
  "lms.instructor.analytics": { ...author, names: courseWith() },
  "lms.admin.analytics": { ...admin, anyhow: {} },
  "lms.admin.revenue": { ...admin, anyhow: {} },
  "lms.admin.courseRanking": { ...admin, anyhow: {} },
  "lms.admin.instructorRanking": { ...admin, anyhow: {} },
  "lms.admin.learners": { any: "AO", anyhow: {} },
  "lms.admin.courses": { ...admin, anyhow: {} },
  "lms.admin.enrollments": { ...admin, anyhow: {} },
  "lms.admin.certificates": { ...admin, anyhow: {} },
  "lms.admin.events": { ...admin, anyhow: {} },
  "lms.admin.deadLetters": { ...admin, anyhow: {} },
  "lms.openedx.configurations": { any: "IAO", anyhow: {} },
  "lms.openedx.configuration": { any: "IAO", names: idOf("configurationId") },
  "lms.openedx.configurationCreate": {
    ...administrators,
    anyhow: {
      name: "Campus",
      lmsUrl: "http://127.0.0.1:9",
      studioUrl: "http://127.0.0.1:9",
      clientId: "id",
      clientSecret: "secret",
      defaultOrg: "Org",
    },
  },
  "lms.openedx.configurationUpdate": {
    ...administrators,
    names: ids("configurationId")({ name: "Other" }),
  },
  "lms.openedx.configurationDelete": { ...administrators, names: ids("configurationId")() },
  "lms.openedx.configurationTest": { ...administrators, names: ids("configurationId")() },
  "lms.openedx.publish": { any: "AO", own: "I", names: ids("courseId", "configurationId")() },
  "lms.openedx.empty": {
    any: "AO",
    own: "I",
    names: ids("courseId", "configurationId")({ confirm: true }),
  },
  "lms.openedx.courseStatus": {
    any: "AO",
    own: "I",
    names: ids("courseId", "configurationId")(),
  },
  "lms.openedx.jobCancel": { any: "AO", own: "I", names: ids("jobId")() },
  "lms.openedx.jobs": { any: "AO", own: "I", names: courseWith() },
  "lms.openedx.olx": { any: "AO", own: "I", names: courseWith() },
  "lms.openedx.cartridge": { any: "AO", own: "I", names: courseWith() },
  "lms.openedx.check": { any: "AO", own: "I", names: courseWith() },
  "lms.openedx.olx.validate": { any: "A", own: "I", names: ids("fileId")() },
  "lms.openedx.olx.import": { any: "A", own: "I", names: ids("fileId")() },
  "lms.openedx.olx.imported": { any: "A", own: "I", names: ids("importId")() },
  "lms.openedx.job": { any: "AO", own: "I", names: idOf("jobId") },
  "lms.deadLetter.retry": { ...admin, names: ids("deadLetterId")() },
};
