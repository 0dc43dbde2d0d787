import { and, eq } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsCourseReviews, lmsCourses } from "./schema.ts";

export const personalCourses = personal({
  name: "coursesTaught",
  table: lmsCourses,
  of: ({ orgId, userId }) =>
    and(eq(lmsCourses.organizationId, orgId), eq(lmsCourses.instructorId, userId)),
  key: [lmsCourses.id],
  export: { none: "A course is the organization's, whoever taught it" },
  erase: { kept: "A course is the organization's; it names its instructor by id" },
});

export const personalReviews = personal({
  name: "courseReviews",
  table: lmsCourseReviews,
  of: ({ orgId, userId }) =>
    and(eq(lmsCourseReviews.organizationId, orgId), eq(lmsCourseReviews.learnerId, userId)),
  key: [lmsCourseReviews.courseId],
  root: "review",
  export: {},
  erase: { blank: { comment: null } },
});
