import { endOf, job } from "../kernel/job.ts";
import { countersCorrected, coursesCounted } from "./counters.ts";

/** Courses a page: each counts its own enrollments and reviews. */
const COURSES = 20;

/** Every transition moves the counters in its own batch; this finds what a fault has left behind. */
export const counterReconciliation = job({
  name: "lms.counter-reconciliation",
  summary: "Sets courses' counts of learners and their ratings to what the rows say",
  cron: "30 3 * * *",
  read: ({ db, cursor }) => ({ courses: coursesCounted(db, cursor, COURSES) }),
  run: async ({ courses }, { db, log }) => {
    const apart = courses.filter((course) => !course.agrees);
    for (const { id: courseId, organizationId: orgId } of apart) {
      log({ level: "warn", unit: "job", courseId, orgId, outcome: "counters corrected" });
    }
    const ids = apart.map((one) => one.id);
    return {
      processed: ids.length,
      writes: ids.length > 0 ? [countersCorrected(db, ids)] : [],
      ...endOf(courses, COURSES, (one) => [one.id]),
    };
  },
});
