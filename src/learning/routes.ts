import { get, post } from "../kernel/route.ts";
import { progressComplete } from "./commands/progress-complete.ts";
import { progressStart } from "./commands/progress-start.ts";
import { progressUpdate } from "./commands/progress-update.ts";
import { meDashboard } from "./dashboard.ts";
import { enrollmentsProgress, learnCourse, learnModule } from "./queries.ts";
import { enrollmentsWhy } from "./why.ts";

export const routes = [
  get("/lms/learn/:courseSlug", learnCourse),
  get("/lms/learn/:courseId/modules/:moduleId", learnModule),
  post("/lms/learn/:course/modules/:moduleId/start", progressStart),
  post("/lms/learn/:course/modules/:moduleId/progress", progressUpdate),
  post("/lms/learn/:course/modules/:moduleId/complete", progressComplete),
  get("/lms/enrollments/:enrollmentId/progress", enrollmentsProgress),
  get("/lms/enrollments/:enrollmentId/why", enrollmentsWhy),
  get("/lms/me/dashboard", meDashboard),
];
