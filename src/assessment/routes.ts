import { del, get, patch, post } from "../kernel/route.ts";
import { assignmentsGet, assignmentsList, instructorAssignments } from "./assignment-queries.ts";
import { assignmentCreate } from "./commands/assignment-create.ts";
import { assignmentDelete } from "./commands/assignment-delete.ts";
import { assignmentUpdate } from "./commands/assignment-update.ts";
import { submissionCreate } from "./commands/submission-create.ts";
import { submissionGrade } from "./commands/submission-grade.ts";
import { submissionPeerReview } from "./commands/submission-peer-review.ts";
import { submissionReturn } from "./commands/submission-return.ts";
import { peerReviewsList } from "./peer-queries.ts";
import {
  instructorSubmissions,
  submissionsFeedback,
  submissionsGet,
  submissionsList,
} from "./queries.ts";

export const routes = [
  get("/lms/learn/:course/assignments", assignmentsList),
  get("/lms/assignments/:id", assignmentsGet),
  post("/lms/assignments/:assignmentId/submissions", submissionCreate, {
    location: "/lms/submissions/{id}",
  }),
  get("/lms/submissions/:id", submissionsGet),
  get("/lms/submissions/:id/feedback", submissionsFeedback),
  get("/lms/peer-reviews", peerReviewsList),
  post("/lms/submissions/:submissionId/peer-reviews", submissionPeerReview),
  get("/lms/instructor/courses/:courseId/assignments", instructorAssignments),
  post("/lms/instructor/modules/:moduleId/assignments", assignmentCreate, {
    location: "/lms/assignments/{id}",
  }),
  patch("/lms/instructor/assignments/:assignmentId", assignmentUpdate),
  del("/lms/instructor/assignments/:assignmentId", assignmentDelete),
  get("/lms/instructor/assignments/:assignmentId/submissions", submissionsList),
  get("/lms/instructor/submissions", instructorSubmissions),
  post("/lms/instructor/submissions/:submissionId/grade", submissionGrade),
  post("/lms/instructor/submissions/:submissionId/return", submissionReturn),
];
