import { context } from "../kernel/context.ts";
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
import * as events from "./events.ts";
import { assignmentDueReminders } from "./jobs.ts";
import { completeOnPass } from "./listeners.ts";
import { submissionMachine } from "./machine.ts";
import { peerReviewsList } from "./peer-queries.ts";
import {
  personalPeerReviews,
  personalPeerReviewsReceived,
  personalQuizAttempts,
  personalSubmissions,
} from "./personal.ts";
import {
  instructorSubmissions,
  submissionsFeedback,
  submissionsGet,
  submissionsList,
} from "./queries.ts";
import { instructorQuestions } from "./question-queries.ts";
import { quizzesAttempt, quizzesStatistics } from "./quiz-queries.ts";
import { quizHandIn } from "./quiz-tasks.ts";
import { routes } from "./routes.ts";
import { assignmentMaxAttempts, assignmentNoLateSubmission } from "./rules.ts";
import { assignPeers } from "./tasks.ts";

export const assessment = context({
  name: "assessment",
  commands: [
    assignmentCreate,
    assignmentUpdate,
    assignmentDelete,
    submissionCreate,
    submissionGrade,
    submissionReturn,
    submissionPeerReview,
    questionCreate,
    questionUpdate,
    questionDelete,
    quizStart,
    quizAnswer,
    quizSubmit,
  ],
  queries: [
    assignmentsGet,
    assignmentsList,
    instructorAssignments,
    submissionsGet,
    submissionsList,
    submissionsFeedback,
    instructorSubmissions,
    peerReviewsList,
    instructorQuestions,
    quizzesAttempt,
    quizzesStatistics,
  ],
  events: Object.values(events),
  listeners: [completeOnPass],
  tasks: [assignPeers, quizHandIn],
  jobs: [assignmentDueReminders],
  machines: [submissionMachine],
  rules: [assignmentNoLateSubmission, assignmentMaxAttempts],
  personal: [
    personalQuizAttempts,
    personalSubmissions,
    personalPeerReviews,
    personalPeerReviewsReceived,
  ],
  routes,
});
