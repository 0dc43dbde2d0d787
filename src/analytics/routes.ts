import { get } from "../kernel/route.ts";
import { adminAnalytics, instructorAnalytics } from "./queries.ts";
import { adminCourseRanking, adminInstructorRanking } from "./ranking.ts";

export const routes = [
  get("/lms/instructor/courses/:courseId/analytics", instructorAnalytics),
  get("/lms/admin/analytics/overview", adminAnalytics),
  get("/lms/admin/analytics/courses", adminCourseRanking),
  get("/lms/admin/analytics/instructors", adminInstructorRanking),
];
