import { del, get, patch, post, put } from "../kernel/route.ts";
import { assignmentsGet, assignmentsList, instructorAssignments } from "./assignment-queries.ts";
import { assignmentCreate } from "./commands/assignment-create.ts";
import { assignmentDelete } from "./commands/assignment-delete.ts";
import { assignmentUpdate } from "./commands/assignment-update.ts";
import { questionCreate } from "./commands/question-create.ts";
import { questionDelete } from "./commands/question-delete.ts";
import { questionUpdate } from "./commands/question-update.ts";
import { quizAnswer } from "./commands/quiz-answer.ts";
import { quizStart } from "./commands/quiz-start.ts";
import { quizSubmit } from "./commands/quiz-submit.ts";
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
import { instructorQuestions } from "./question-queries.ts";
import { quizzesAttempt, quizzesStatistics } from "./quiz-queries.ts";

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
  get("/lms/instructor/modules/:moduleId/questions", instructorQuestions),
  post("/lms/instructor/modules/:moduleId/questions", questionCreate, {
    location: "/lms/instructor/modules/{moduleId}/questions",
  }),
  patch("/lms/instructor/questions/:questionId", questionUpdate),
  del("/lms/instructor/questions/:questionId", questionDelete),
  get("/lms/instructor/modules/:moduleId/statistics", quizzesStatistics),
  post("/lms/learn/:course/modules/:moduleId/quiz-attempts", quizStart, {
    location: "/lms/quiz-attempts/{id}",
  }),
  get("/lms/quiz-attempts/:id", quizzesAttempt),
  put("/lms/quiz-attempts/:attemptId/answers/:questionId", quizAnswer),
  post("/lms/quiz-attempts/:attemptId/submit", quizSubmit),
];
