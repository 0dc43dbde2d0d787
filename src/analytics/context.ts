import { context } from "../kernel/context.ts";
import { analyticsSnapshot } from "./jobs.ts";
import { adminAnalytics, instructorAnalytics } from "./queries.ts";
import { adminCourseRanking, adminInstructorRanking } from "./ranking.ts";
import { routes } from "./routes.ts";

export const analytics = context({
  name: "analytics",
  queries: [instructorAnalytics, adminAnalytics, adminCourseRanking, adminInstructorRanking],
  jobs: [analyticsSnapshot],
  routes,
});
