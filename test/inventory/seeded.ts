import { lms } from "../../src/lms.ts";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { command, drain, type Json, ok, rows, type World } from "../harness/world.ts";
import { connection, newInstance } from "../openedx/instance.ts";
import { importJob } from "../openedx/job.ts";
import { olxImport } from "../openedx/olx-upload.ts";
import { waitingIn } from "./subjects.ts";

/** Tables whose rows routes name by id. */
const OWNED = [
  "lms_courses",
  "lms_categories",
  "lms_course_chapters",
  "lms_course_modules",
  "lms_module_sections",
  "lms_assignments",
  "lms_submissions",
  "lms_enrollments",
  "lms_certificates",
  "lms_cohorts",
  "lms_live_sessions",
  "lms_members",
  "lms_files",
  "lms_exports",
  "lms_course_reviews",
  "lms_quiz_questions",
  "lms_quiz_attempts",
  "lms_olx_imports",
  "lms_configurations",
  "lms_import_jobs",
] as const;
export type Ids = Record<(typeof OWNED)[number] | "user", string>;

/** Something of each kind in an organization, every name in it with the mark; gives an id of each. */
export async function seeded(world: World, mark: string): Promise<Ids> {
  const { admin, instructor, learner, orgId } = world;
  const { course, modules } = await publishedCourse(world, {
    course: { title: `${mark} course`, tags: [mark] },
    modules: [{ title: `${mark} module` }],
  });
  const courseId = String(course.id);
  const moduleId = String(modules[0]?.id);
  const made = async (type: string, payload: Json, as = instructor): Promise<Json> => {
    const answer = ok(await command(type, payload, as));
    lms.commands.get(type)?.output.parse(answer);
    return answer;
  };
  await made("lms.category.create", { name: `${mark} category` }, admin);
  await made("lms.chapter.create", { courseId, title: `${mark} chapter` });
  const text = { type: "text", content: { html: `<p>${mark}</p>` }, isRequired: false };
  await made("lms.section.create", { moduleId, title: mark, ...text });
  const quiz = { type: "quiz", content: { passingScore: 50 }, isRequired: false };
  const { id: sectionId } = await made("lms.section.create", { moduleId, title: mark, ...quiz });
  const yes = { kind: "true-false", prompt: `${mark}?`, answer: true, points: 1 };
  await made("lms.question.create", { sectionId, ...yes });
  const dates = { startDate: "2099-01-01", endDate: "2099-02-01", timezone: "UTC" };
  const cohort = await made("lms.cohort.create", { courseId, name: mark, capacity: 5, ...dates });
  const at = { scheduledAt: "2099-01-02T10:00:00Z", durationMinutes: 60 };
  await made("lms.session.create", { cohortId: cohort.id, title: mark, ...at });
  const work = { instructions: mark, type: "text-response", maxScore: 10, passingScore: 5 };
  const assignment = await made("lms.assignment.create", { moduleId, title: mark, ...work });
  const campus = connection(await newInstance(), { name: mark, description: mark });
  const { id: configurationId } = await made("lms.openedx.configurationCreate", campus, admin);
  await importJob(orgId, { courseId, configurationId });
  await olxImport(orgId, instructor.id);
  const about = { contentType: "application/pdf", size: 3, sha256: "a".repeat(64) };
  await made("lms.upload.create", { name: `${mark}.pdf`, ...about });
  await made("lms.member.export", {}, learner);
  const enrollment = await enrolled(world, courseId);
  await made("lms.review.create", { courseId, rating: 4, comment: mark }, learner);
  const submission = { assignmentId: assignment.id, content: mark };
  const { id: submissionId } = await made("lms.submission.create", submission, learner);
  await made("lms.submission.grade", { submissionId, score: 4, feedback: mark });
  const taken = { enrollmentId: enrollment.id, moduleId };
  const attempt = await made("lms.quiz.start", { ...taken, sectionId }, learner);
  await made("lms.quiz.submit", { attemptId: attempt.id }, learner);
  await made("lms.progress.complete", { enrollmentId: enrollment.id, moduleId }, learner);
  const seated = await world.newPerson("learner", mark);
  const fullCohortId = await waitingIn(world, seated, `${mark} full`);
  await drain(orgId);
  const found = await Promise.all(
    OWNED.map(async (table) => {
      const [row] = await rows<{ id: string }>(
        `SELECT id FROM ${table} WHERE organization_id = ? LIMIT 1`,
        orgId,
      );
      if (!row) throw new Error(`Nothing was seeded in ${table}`);
      return [table, row.id] as const;
    }),
  );
  // SAFETY: one entry of each of OWNED.
  const ids = Object.fromEntries(found) as Omit<Ids, "user">;
  return { ...ids, lms_cohorts: fullCohortId, user: learner.id };
}
