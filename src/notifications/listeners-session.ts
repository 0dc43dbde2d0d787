import { listener } from "../kernel/listener.ts";
import {
  sessionCancelled,
  sessionRecorded,
  sessionReminderTrigger,
  sessionStarted,
  sessionUpdated,
} from "../live/events.ts";
import { audienceToldByEvent } from "./told-by-event.ts";

type Of = Record<"sessionId" | "cohortId" | "courseId", string>;
const aboutOf = ({ sessionId, cohortId, courseId }: Of) => ({ sessionId, cohortId, courseId });
const learnersOf = ({ cohortId }: Of) => ({ cohortId });

/** In the application; by mail too where the time is near, as the kind says. */
export const tellReminder = listener({
  name: "notifications.session-reminder",
  on: [sessionReminderTrigger],
  read: () => ({}),
  decide: (_, { event }) => {
    const { payload } = event;
    return audienceToldByEvent("session.reminder", event, learnersOf(payload), {
      key: {
        subject: payload.sessionId,
        threshold: payload.minutesBefore,
        dueAt: Date.parse(payload.scheduledAt),
      },
      about: aboutOf(payload),
    });
  },
});

/** Told once for each time that a session is moved to. */
export const tellRescheduled = listener({
  name: "notifications.session-rescheduled",
  on: [sessionUpdated],
  read: () => ({}),
  decide: (_, { event }) => {
    const { payload } = event;
    if (!payload.updatedFields.includes("scheduledAt")) return {};
    return audienceToldByEvent("session.rescheduled", event, learnersOf(payload), {
      key: { subject: payload.sessionId, dueAt: Date.parse(payload.scheduledAt) },
      about: aboutOf(payload),
    });
  },
});

export const tellStarted = listener({
  name: "notifications.session-started",
  on: [sessionStarted],
  read: () => ({}),
  decide: (_, { event }) =>
    audienceToldByEvent("session.started", event, learnersOf(event.payload), {
      about: aboutOf(event.payload),
    }),
});

export const tellRecorded = listener({
  name: "notifications.session-recorded",
  on: [sessionRecorded],
  read: () => ({}),
  decide: (_, { event }) =>
    audienceToldByEvent("session.recorded", event, learnersOf(event.payload), {
      about: aboutOf(event.payload),
    }),
});

export const tellSessionCancelled = listener({
  name: "notifications.session-cancelled",
  on: [sessionCancelled],
  read: () => ({}),
  decide: (_, { event }) =>
    audienceToldByEvent("session.cancelled", event, learnersOf(event.payload), {
      about: aboutOf(event.payload),
    }),
});
