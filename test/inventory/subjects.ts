import { newId } from "../../src/kernel/id.ts";
import { publishedCourse } from "../harness/course.ts";
import {
  command,
  drain,
  http,
  type Json,
  ok,
  type Person,
  rows,
  type World,
} from "../harness/world.ts";
import { connection } from "../openedx/instance.ts";
import { importJob } from "../openedx/job.ts";
import { olxImport } from "../openedx/olx-upload.ts";

const DATES = { startDate: "2099-01-01", endDate: "2099-02-01", timezone: "UTC" };
const QUIZ = {
  title: "Quiz",
  type: "quiz",
  isRequired: false,
  content: {
    passingScore: 50,
    questions: [{ kind: "true-false", prompt: "Is it so?", answer: true, points: 1 }],
  },
};
const TEXT = { type: "text", content: { html: "<p>a</p>" } };

/** One of each kind of row that a command or query names: an instructor's course and a learner in it. */
export async function subjectOf(
  world: World,
  { instructor, learner }: { instructor: Person; learner: Person },
) {
  const people = { ...world, instructor, learner };
  const made = (type: string, payload: Json, as: Person = instructor): Promise<Json> =>
    command(type, payload, as).then(ok);
  const { course, modules } = await publishedCourse(people, {
    course: { type: "hybrid" },
    modules: [{ title: "First" }, { title: "Second", isFree: true }, QUIZ],
  });
  const courseId = String(course.id);
  const moduleId = String(modules[0]?.id);
  const quizModuleId = String(modules[2]?.id);
  const category = await made("lms.category.create", { name: `C ${newId()}` }, world.admin);
  const chapter = await made("lms.chapter.create", { courseId, title: "Chapter" });
  const section = await made("lms.section.create", {
    moduleId,
    title: "Section",
    isRequired: false,
    ...TEXT,
  });
  const cohort = await made("lms.cohort.create", { courseId, name: "C", capacity: 5, ...DATES });
  const session = await made("lms.session.create", {
    cohortId: cohort.id,
    title: "Live",
    scheduledAt: "2099-01-02T10:00:00Z",
    durationMinutes: 60,
  });
  const enrollment = ok(
    await http("POST", "/lms/enrollments", {
      as: learner,
      body: { courseId, cohortId: cohort.id },
    }),
  );
  const assignment = await made("lms.assignment.create", {
    courseId,
    title: "Essay",
    instructions: "Write",
    type: "text-response",
    maxScore: 10,
    passingScore: 5,
  });
  const handIn = (as: Person) =>
    made("lms.submission.create", { assignmentId: assignment.id, content: "Done" }, as);
  const submission = await handIn(learner);
  const peer = await world.newPerson("learner");
  const peersOwn = await made("lms.enrollment.create", { courseId }, peer);
  const peers = await handIn(peer);
  // An instructor archives its own course only while nobody learns in it.
  await made("lms.enrollment.cancel", { enrollmentId: peersOwn.id }, peer);
  await rows(
    `INSERT INTO lms_peer_reviews (id, organization_id, created_at, updated_at, submission_id, reviewer_id)
     VALUES (?, ?, 0, 0, ?, ?)`,
    newId(),
    world.orgId,
    peers.id,
    learner.id,
  );
  const paid = await publishedCourse(people, {
    course: { price: { amount: 500, currency: "KWD" } },
  });
  const unpaid = await made("lms.enrollment.create", { courseId: paid.course.id }, learner);
  const fullCohortId = await waitingIn(people, peer);
  const review = await made("lms.review.create", { courseId, rating: 4 }, learner);
  const about = { contentType: "application/pdf", size: 3, sha256: "a".repeat(64) };
  // Nothing listens at this port: who tries the connection is told so at once.
  const nowhere = { lmsUrl: "http://127.0.0.1:9", studioUrl: "http://127.0.0.1:9" };
  const configuration = await made(
    "lms.openedx.configurationCreate",
    connection(nowhere, { name: `Campus ${newId()}` }),
    world.admin,
  );
  const bundle = await made("lms.upload.create", { name: "a.tar.gz", ...about });
  const upload = await made("lms.upload.create", { name: "a.pdf", ...about }, learner);
  const wanted = await made("lms.member.export", {}, learner);
  const enrollmentId = String(enrollment.id);
  const attempt = await made("lms.quiz.start", { enrollmentId, moduleId: quizModuleId }, learner);
  for (const { id } of modules.slice(0, 2)) {
    await made("lms.progress.complete", { enrollmentId, moduleId: id }, learner);
  }
  await drain(world.orgId);
  const [question] = await rows(
    "SELECT id FROM lms_quiz_questions WHERE module_id = ?",
    quizModuleId,
  );
  const [notice] = await rows("SELECT id FROM lms_notifications WHERE member_id = ?", learner.id);
  const [certificate] = await rows<{ id: string; code: string }>(
    "SELECT id, verification_code AS code FROM lms_certificates WHERE enrollment_id = ?",
    enrollment.id,
  );
  return {
    userId: learner.id,
    courseId,
    fileId: String(bundle.id),
    importId: await olxImport(world.orgId, instructor.id),
    moduleId,
    moduleIds: modules.map(({ id }) => id).join(" "),
    chapterId: String(chapter.id),
    sectionId: String(section.id),
    categoryId: String(category.id),
    cohortId: String(cohort.id),
    sessionId: String(session.id),
    fullCohortId,
    enrollmentId,
    quizModuleId,
    questionId: String(question?.id),
    attemptId: String(attempt.id),
    exportId: String(wanted.id),
    noticeId: String(notice?.id),
    paidEnrollmentId: String(unpaid.id),
    paymentId: String(unpaid.payment.id),
    assignmentId: String(assignment.id),
    submissionId: String(submission.id),
    peersSubmissionId: String(peers.id),
    configurationId: String(configuration.id),
    jobId: await importJob(world.orgId, { courseId, configurationId: configuration.id }),
    reviewId: String(review.id),
    key: String(upload.key),
    certificateId: String(certificate?.id),
    code: String(certificate?.code),
    deadLetterId: await deadLetter(world.orgId),
  };
}
export type Subject = Awaited<ReturnType<typeof subjectOf>>;

/** A cohort whose one seat is taken; the learner waits for it. */
export async function waitingIn(world: World, seated: Person, name = "Full"): Promise<string> {
  const { course } = await publishedCourse(world, { course: { title: name, type: "cohort" } });
  const courseId = course.id;
  const cohort = { courseId, name, capacity: 1, ...DATES };
  const { id: cohortId } = ok(await command("lms.cohort.create", cohort, world.instructor));
  const enrolling = { courseId, cohortId, joinWaitingList: true };
  ok(await command("lms.enrollment.create", enrolling, seated));
  ok(await command("lms.enrollment.create", enrolling, world.learner));
  return cohortId;
}

/** Ids of the right form that nothing has. */
export const nothingOf = (subject: Subject): Subject =>
  // SAFETY: the very keys of a subject.
  Object.fromEntries(
    Object.keys(subject).map((name) => [
      name,
      name === "moduleIds" ? `${newId()} ${newId()}` : newId(),
    ]),
  ) as Subject;

/** A dead letter of the newest certificate's event. */
export async function deadLetter(orgId: string): Promise<string> {
  const id = newId();
  await rows(
    `INSERT INTO lms_dead_letters (id, organization_id, event_id, listener, state, attempts, error, created_at, updated_at)
     SELECT ?1, ?2, event_id, 'certification.document', 'dead', 5, 'trial', 0, 0 FROM domain_event_log
     WHERE organization_id = ?2 AND event_name = 'certificate.issued'
     ORDER BY seq DESC LIMIT 1`,
    id,
    orgId,
  );
  return id;
}
