import {
  enrollmentActivated,
  enrollmentCancelled,
  enrollmentCompleted,
  enrollmentExpired,
  enrollmentMovedCohort,
} from "../enrollment/events.ts";
import { listener } from "../kernel/listener.ts";
import { moduleUnlocked } from "../learning/events.ts";
import { toldByEvent } from "./told-by-event.ts";

const ofLearner = ({
  enrollmentId,
  courseId,
  learnerId,
}: Record<"enrollmentId" | "courseId" | "learnerId", string>) => ({
  recipientId: learnerId,
  about: { enrollmentId, courseId },
});

export const tellConfirmed = listener({
  name: "notifications.enrollment-confirmed",
  on: [enrollmentActivated],
  read: () => ({}),
  decide: (_, { event }) => {
    const { recipientId, about } = ofLearner(event.payload);
    const { cohortId } = event.payload;
    return toldByEvent("enrollment.confirmed", event, {
      recipientId,
      about: cohortId === undefined ? about : { ...about, cohortId },
    });
  },
});

export const tellCompleted = listener({
  name: "notifications.enrollment-completed",
  on: [enrollmentCompleted],
  read: () => ({}),
  decide: (_, { event }) => toldByEvent("enrollment.completed", event, ofLearner(event.payload)),
});

export const tellExpired = listener({
  name: "notifications.enrollment-expired",
  on: [enrollmentExpired],
  read: () => ({}),
  decide: (_, { event }) => toldByEvent("enrollment.expired", event, ofLearner(event.payload)),
});

export const tellCancelled = listener({
  name: "notifications.enrollment-cancelled",
  on: [enrollmentCancelled],
  read: () => ({}),
  decide: (_, { event }) => toldByEvent("enrollment.cancelled", event, ofLearner(event.payload)),
});

export const tellMoved = listener({
  name: "notifications.enrollment-moved",
  on: [enrollmentMovedCohort],
  read: () => ({}),
  decide: (_, { event }) => {
    const { recipientId, about } = ofLearner(event.payload);
    const { cohortId } = event.payload;
    return toldByEvent("enrollment.moved", event, { recipientId, about: { ...about, cohortId } });
  },
});

export const tellUnlocked = listener({
  name: "notifications.module-unlocked",
  on: [moduleUnlocked],
  read: () => ({}),
  decide: (_, { event }) => {
    const { recipientId, about } = ofLearner(event.payload);
    const { moduleId } = event.payload;
    return toldByEvent("module.unlocked", event, { recipientId, about: { ...about, moduleId } });
  },
});
