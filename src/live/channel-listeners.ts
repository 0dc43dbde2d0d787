import {
  submissionCreated,
  submissionGraded,
  submissionReceived,
  submissionReturned,
} from "../assessment/events.ts";
import { courseSubmittedForReview, courseUpdated } from "../catalog/events.ts";
import { certificateIssued } from "../certification/events.ts";
import { cohortUpdated } from "../cohorts/events.ts";
import {
  enrollmentActivated,
  enrollmentCancelled,
  enrollmentCompleted,
  enrollmentCreated,
  enrollmentExpired,
  enrollmentMovedCohort,
  enrollmentReactivated,
  enrollmentRefunded,
} from "../enrollment/events.ts";
import { memberErased, memberSuspended, memberUpdated } from "../identity/events.ts";
import { listener } from "../kernel/listener.ts";
import { newTask } from "../kernel/task.ts";
import { moduleUnlocked, progressUpdated } from "../learning/events.ts";
import { importCompleted, importProgress, importStarted } from "../openedx/events.ts";
import { changeHearers, forwardEvent } from "./channel-tasks.ts";
import {
  sessionCancelled,
  sessionCreated,
  sessionEnded,
  sessionRecorded,
  sessionReminderTrigger,
  sessionStarted,
  sessionUpdated,
} from "./events.ts";

/** All that the rules of `forwarding.ts` cover. */
export const forwardToChannels = listener({
  name: "live.forward",
  on: [
    sessionCreated,
    sessionUpdated,
    sessionStarted,
    sessionEnded,
    sessionRecorded,
    sessionCancelled,
    sessionReminderTrigger,
    enrollmentCreated,
    enrollmentReactivated,
    enrollmentActivated,
    enrollmentCompleted,
    enrollmentExpired,
    enrollmentCancelled,
    enrollmentRefunded,
    enrollmentMovedCohort,
    submissionCreated,
    submissionReceived,
    submissionGraded,
    submissionReturned,
    moduleUnlocked,
    progressUpdated,
    certificateIssued,
    courseSubmittedForReview,
    importStarted,
    importProgress,
    importCompleted,
  ],
  read: () => ({}),
  decide: (_, { event: { id, type, payload, occurredAt } }) => ({
    tasks: [newTask(forwardEvent, { subject: id, payload: { type, payload, occurredAt } })],
  }),
});

/** Whoever may no longer act here no longer hears here either; nor does who lost a role or a key what they opened. */
export const closeHearers = listener({
  name: "live.close-hearers",
  on: [memberSuspended, memberErased, memberUpdated],
  read: () => ({}),
  decide: (_, { event: { type, payload } }) => {
    const { userId } = payload;
    const fields = "fields" in payload ? payload.fields : [];
    if (type === memberUpdated.type && !fields.includes("roles") && !fields.includes("keys")) {
      return {};
    }
    const act = type === memberUpdated.type ? "recheck" : "drop";
    return { tasks: [newTask(changeHearers, { subject: userId, payload: { act, userId } })] };
  },
});

/** A learner who is no more of a course or a cohort no longer hears its sessions. */
export const recheckLearner = listener({
  name: "live.recheck-learner",
  on: [enrollmentCancelled, enrollmentExpired, enrollmentRefunded, enrollmentMovedCohort],
  read: () => ({}),
  decide: (_, { event: { payload } }) => ({
    tasks: [
      newTask(changeHearers, {
        subject: payload.learnerId,
        payload: { act: "recheck", userId: payload.learnerId },
      }),
    ],
  }),
});

/** Whoever taught before hears no more: the event names the new one alone, so everybody is looked at. */
export const recheckTeachers = listener({
  name: "live.recheck-teachers",
  on: [courseUpdated, cohortUpdated, sessionUpdated],
  read: () => ({}),
  decide: (_, { event: { orgId, payload } }) =>
    payload.updatedFields.includes("instructorId")
      ? {
          tasks: [
            newTask(changeHearers, { subject: orgId, payload: { act: "recheck", userId: null } }),
          ],
        }
      : {},
});
