import { context } from "../kernel/context.ts";
import { assignmentsGet, assignmentsList, instructorAssignments } from "./assignment-queries.ts";
import { assignmentCreate } from "./commands/assignment-create.ts";
import { assignmentDelete } from "./commands/assignment-delete.ts";
import { assignmentUpdate } from "./commands/assignment-update.ts";
import { submissionCreate } from "./commands/submission-create.ts";
import { submissionGrade } from "./commands/submission-grade.ts";
import { submissionPeerReview } from "./commands/submission-peer-review.ts";
import { submissionReturn } from "./commands/submission-return.ts";
import * as events from "./events.ts";
import { completeOnPass } from "./listeners.ts";
import { submissionMachine } from "./machine.ts";
import { peerReviewsList } from "./peer-queries.ts";
import {
  instructorSubmissions,
  submissionsFeedback,
  submissionsGet,
  submissionsList,
} from "./queries.ts";
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
  ],
  events: Object.values(events),
  listeners: [completeOnPass],
  tasks: [assignPeers],
  machines: [submissionMachine],
  rules: [assignmentNoLateSubmission, assignmentMaxAttempts],
  routes,
});
