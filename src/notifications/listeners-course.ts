import { coursePublished, courseRejected, courseSubmittedForReview } from "../catalog/events.ts";
import { listener } from "../kernel/listener.ts";
import { audienceToldByEvent, toldByEvent } from "./told-by-event.ts";

/** Everybody who may approve it, but the author. */
export const tellSubmitted = listener({
  name: "notifications.course-submitted",
  on: [courseSubmittedForReview],
  read: () => ({}),
  decide: (_, { event }) => {
    const { courseId, instructorId } = event.payload;
    return audienceToldByEvent(
      "course.submitted",
      event,
      { roles: ["content-reviewer", "lms-admin"], except: instructorId },
      { about: { courseId } },
    );
  },
});

export const tellApproved = listener({
  name: "notifications.course-approved",
  on: [coursePublished],
  read: () => ({}),
  decide: (_, { event }) => {
    const { courseId, instructorId } = event.payload;
    return toldByEvent("course.approved", event, {
      recipientId: instructorId,
      about: { courseId },
    });
  },
});

export const tellRejected = listener({
  name: "notifications.course-rejected",
  on: [courseRejected],
  read: () => ({}),
  decide: (_, { event }) => {
    const { courseId, instructorId } = event.payload;
    return toldByEvent("course.rejected", event, {
      recipientId: instructorId,
      about: { courseId },
    });
  },
});
