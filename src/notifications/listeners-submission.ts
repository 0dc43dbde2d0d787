import { submissionGraded, submissionReturned } from "../assessment/events.ts";
import { listener } from "../kernel/listener.ts";
import { toldByEvent } from "./told-by-event.ts";

type Of = Record<"submissionId" | "assignmentId" | "courseId" | "learnerId", string>;
const ofLearner = ({ submissionId, assignmentId, courseId, learnerId }: Of) => ({
  recipientId: learnerId,
  about: { submissionId, assignmentId, courseId },
});

/** The score is the event's, for a later grade is told of by its own; the feedback is its row's. */
export const tellGraded = listener({
  name: "notifications.submission-graded",
  on: [submissionGraded],
  read: () => ({}),
  decide: (_, { event }) => {
    const { score, maxScore } = event.payload;
    return toldByEvent("submission.graded", event, {
      ...ofLearner(event.payload),
      figures: { score, maxScore },
    });
  },
});

export const tellReturned = listener({
  name: "notifications.submission-returned",
  on: [submissionReturned],
  read: () => ({}),
  decide: (_, { event }) => {
    const { score, maxScore } = event.payload;
    return toldByEvent("submission.returned", event, {
      ...ofLearner(event.payload),
      figures: { score, maxScore },
    });
  },
});
