// A cohort with its learners and a session that is about to begin, made by the API as its people would.
import { clientOf } from "../../scripts/demo/client.mjs";
import { demoIn } from "./server.mjs";

const DAY_MS = 86_400_000;
const dateIn = (days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

export async function newClassroom(state) {
  const demo = demoIn(state);
  const client = clientOf(demo.url);
  const { instructor, reviewer } = demo.keys;
  const course = await client.create("/lms/instructor/courses", instructor, {
    title: "Botany for the curious",
    type: "cohort",
    level: "beginner",
    price: { amount: 0, currency: "EUR" },
  });
  await client.create(`/lms/instructor/courses/${course.id}/modules`, instructor, {
    title: "Leaves",
    type: "article",
    content: { html: "<p>Read me.</p>" },
    isPublished: true,
  });
  await client.post(`/lms/instructor/courses/${course.id}/submit-review`, instructor);
  await client.post(`/lms/admin/courses/${course.id}/approve`, reviewer);
  const cohort = await client.create("/lms/instructor/cohorts", instructor, {
    courseId: course.id,
    name: "Autumn",
    startDate: dateIn(0),
    endDate: dateIn(30),
    capacity: 12,
    timezone: "Europe/Berlin",
  });
  const newSession = (title) =>
    client.create(`/lms/instructor/cohorts/${cohort.id}/sessions`, instructor, {
      title,
      scheduledAt: new Date(Date.now() + 10 * 60_000).toISOString(),
      durationMinutes: 45,
    });
  const { learners } = demo;
  for (const { key } of learners) {
    await client.create("/lms/enrollments", key, { courseId: course.id, cohortId: cohort.id });
  }
  return { demo, client, cohort, newSession, learners };
}
