import { cohortActivated, cohortAnnounced, cohortCancelled } from "../cohorts/events.ts";
import { listener } from "../kernel/listener.ts";
import { audienceToldByEvent } from "./told-by-event.ts";

type Of = Record<"cohortId" | "courseId", string>;
const aboutOf = ({ cohortId, courseId }: Of) => ({ cohortId, courseId });

export const tellStarting = listener({
  name: "notifications.cohort-starting",
  on: [cohortActivated],
  read: () => ({}),
  decide: (_, { event }) =>
    audienceToldByEvent(
      "cohort.starting",
      event,
      { cohortId: event.payload.cohortId },
      { about: aboutOf(event.payload) },
    ),
});

/** Those too whose enrollment was ended with the cohort before their page was read. */
export const tellCohortCancelled = listener({
  name: "notifications.cohort-cancelled",
  on: [cohortCancelled],
  read: () => ({}),
  decide: (_, { event }) => {
    const { cohortId, cancelledAt } = event.payload;
    return audienceToldByEvent(
      "cohort.cancelled",
      event,
      { cohortId, leftSince: Date.parse(cancelledAt) },
      { about: aboutOf(event.payload) },
    );
  },
});

export const tellAnnounced = listener({
  name: "notifications.cohort-announced",
  on: [cohortAnnounced],
  read: () => ({}),
  decide: (_, { event }) => {
    const { cohortId, announcementId } = event.payload;
    const about = { ...aboutOf(event.payload), announcementId };
    return audienceToldByEvent("cohort.announcement", event, { cohortId }, { about });
  },
});
