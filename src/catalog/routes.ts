import { del, get, patch, post, put } from "../kernel/route.ts";
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
import { coursesGetBySlug, coursesList, coursesModules, coursesSearch } from "./queries.ts";
import { reviewsList } from "./review-queries.ts";

const author = "/lms/instructor";
const course = `${author}/courses/:courseId`;
const module = `${author}/modules/:moduleId`;
const reviewed = "/lms/admin/courses/:courseId";

export const routes = [
  get("/lms/courses", coursesList),
  get("/lms/courses/:slug", coursesGetBySlug),
  get("/lms/courses/:courseId/modules", coursesModules),
  get("/lms/courses/:courseId/reviews", reviewsList),
  post("/lms/courses/:courseId/reviews", reviewCreate, {
    location: "/lms/courses/{courseId}/reviews",
  }),
  get("/lms/categories", categoriesList),
  get("/lms/search", coursesSearch),

  get(`${author}/courses`, instructorCourses),
  post(`${author}/courses`, courseCreate, { location: `${author}/courses/{id}` }),
  get(course, instructorCourse),
  patch(course, courseUpdate),
  post(`${course}/submit-review`, courseSubmitReview),
  get(`${course}/modules`, instructorModules),
  post(`${course}/modules`, moduleCreate, { location: `${author}/modules/{id}` }),
  put(`${course}/modules/order`, moduleReorder),
  get(`${course}/chapters`, instructorChapters),
  post(`${course}/chapters`, chapterCreate, { location: `${author}/courses/{courseId}/chapters` }),
  put(`${course}/chapters/order`, chapterReorder),
  patch(`${author}/chapters/:chapterId`, chapterUpdate),
  del(`${author}/chapters/:chapterId`, chapterDelete),
  get(module, instructorModule),
  patch(module, moduleUpdate),
  del(module, moduleDelete),
  post(`${module}/sections`, sectionCreate, { location: `${author}/modules/{moduleId}` }),
  put(`${module}/sections/order`, sectionReorder),
  patch(`${author}/sections/:sectionId`, sectionUpdate),
  del(`${author}/sections/:sectionId`, sectionDelete),

  get("/lms/admin/courses", adminCourses),
  post(`${reviewed}/approve`, courseApprove),
  post(`${reviewed}/reject`, courseReject),
  post(`${reviewed}/archive`, courseArchive),
  post(`${reviewed}/restore`, courseRestore),
  post(`${reviewed}/unpublish`, courseUnpublish),
  get("/lms/admin/categories", categoriesList, { preset: { includeInactive: true } }),
  post("/lms/admin/categories", categoryCreate, { location: "/lms/categories" }),
  patch("/lms/admin/categories/:categoryId", categoryUpdate),
  del("/lms/admin/categories/:categoryId", categoryDelete),
  post("/lms/admin/reviews/:reviewId/moderate", reviewModerate),
];
