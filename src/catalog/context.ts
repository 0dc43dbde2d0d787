import { context } from "../kernel/context.ts";
import {
  adminCourses,
  instructorChapters,
  instructorCourse,
  instructorCourses,
  instructorModule,
  instructorModules,
} from "./author-queries.ts";
import { categoriesList } from "./category-queries.ts";
import { categoryCreate } from "./commands/category-create.ts";
import { categoryDelete } from "./commands/category-delete.ts";
import { categoryUpdate } from "./commands/category-update.ts";
import { chapterCreate } from "./commands/chapter-create.ts";
import { chapterDelete } from "./commands/chapter-delete.ts";
import { chapterReorder } from "./commands/chapter-reorder.ts";
import { chapterUpdate } from "./commands/chapter-update.ts";
import { courseApprove } from "./commands/course-approve.ts";
import { courseArchive } from "./commands/course-archive.ts";
import { courseCreate } from "./commands/course-create.ts";
import { courseReject } from "./commands/course-reject.ts";
import { courseRestore } from "./commands/course-restore.ts";
import { courseSubmitReview } from "./commands/course-submit-review.ts";
import { courseUnpublish } from "./commands/course-unpublish.ts";
import { courseUpdate } from "./commands/course-update.ts";
import { moduleCreate } from "./commands/module-create.ts";
import { moduleDelete } from "./commands/module-delete.ts";
import { moduleReorder } from "./commands/module-reorder.ts";
import { moduleUpdate } from "./commands/module-update.ts";
import { reviewCreate } from "./commands/review-create.ts";
import { reviewModerate } from "./commands/review-moderate.ts";
import { sectionCreate } from "./commands/section-create.ts";
import { sectionDelete } from "./commands/section-delete.ts";
import { sectionReorder } from "./commands/section-reorder.ts";
import { sectionUpdate } from "./commands/section-update.ts";
import * as events from "./events.ts";
import { counterReconciliation } from "./jobs.ts";
import { courseMachine } from "./machine.ts";
import { personalCourses, personalReviews } from "./personal.ts";
import { coursesGetBySlug, coursesList, coursesModules, coursesSearch } from "./queries.ts";
import { REVIEWED } from "./review.ts";
import { reviewsList } from "./review-queries.ts";
import { routes } from "./routes.ts";
import { coursePublishRequiresModule, coursePublishRequiresPrice } from "./rules.ts";
import { COURSE_SLUG } from "./schema.ts";

export const catalog = context({
  name: "catalog",
  commands: [
    categoryCreate,
    categoryUpdate,
    categoryDelete,
    courseCreate,
    courseUpdate,
    courseSubmitReview,
    courseApprove,
    courseReject,
    courseArchive,
    courseRestore,
    courseUnpublish,
    chapterCreate,
    chapterUpdate,
    chapterDelete,
    chapterReorder,
    moduleCreate,
    moduleUpdate,
    moduleDelete,
    moduleReorder,
    sectionCreate,
    sectionUpdate,
    sectionDelete,
    sectionReorder,
    reviewCreate,
    reviewModerate,
  ],
  queries: [
    coursesList,
    coursesGetBySlug,
    coursesSearch,
    coursesModules,
    categoriesList,
    instructorCourses,
    instructorCourse,
    instructorModules,
    instructorModule,
    instructorChapters,
    adminCourses,
    reviewsList,
  ],
  events: Object.values(events),
  jobs: [counterReconciliation],
  machines: [courseMachine],
  rules: [coursePublishRequiresModule, coursePublishRequiresPrice],
  routes,
  constraints: {
    [COURSE_SLUG]: {
      code: "DUPLICATE",
      detail: "Another course has this slug; choose another, or leave it out",
    },
    "lms_categories.organization_id, lms_categories.slug": {
      code: "DUPLICATE",
      detail: "Another category has this slug; choose another, or leave it out",
    },
    "lms_course_reviews.organization_id, lms_course_reviews.learner_id, lms_course_reviews.course_id":
      { code: "DUPLICATE", detail: REVIEWED },
  },
  personal: [personalCourses, personalReviews],
});
