import {
  enrollmentCancelled,
  enrollmentExpired,
  enrollmentMovedCohort,
  enrollmentRefunded,
} from "../enrollment/events.ts";
import { enrollmentById } from "../enrollment/statements.ts";
import { memberErased, memberSuspended, settingsUpdated } from "../identity/events.ts";
import { listener } from "../kernel/listener.ts";
import { maybe } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { dropLearner, dropMember, tellSessionsAhead } from "./tasks.ts";

/** Whoever may no longer act here no longer listens here either, and is forgotten where it is erased. */
export const closeSockets = listener({
  name: "live.close-sockets",
  on: [memberSuspended, memberErased],
  read: () => ({}),
  decide: (_, { event: { type, payload } }) => {
    const forget = type === memberErased.type;
    return {
      tasks: [newTask(dropMember, { subject: payload.userId, payload: { forget, after: "" } })],
    };
  },
});

/** Who is no more enrolled in a cohort sits in none of its sessions. */
export const closeLearner = listener({
  name: "live.close-learner",
  on: [enrollmentCancelled, enrollmentExpired, enrollmentRefunded, enrollmentMovedCohort],
  read: ({ db, event: { orgId, payload } }) => ({
    enrollment: maybe(enrollmentById(db, orgId, payload.enrollmentId)),
  }),
  decide: ({ enrollment }, { event: { payload } }) => {
    const cohortId = "movedAt" in payload ? payload.fromCohortId : enrollment?.cohortId;
    const subject = payload.learnerId;
    return cohortId
      ? { tasks: [newTask(dropLearner, { subject, payload: { cohortId, after: "" } })] }
      : {};
  },
});

export const tellThresholds = listener({
  name: "live.tell-thresholds",
  on: [settingsUpdated],
  read: () => ({}),
  decide: (_, { event: { orgId, payload, occurredAt } }) =>
    payload.updatedFields.includes("defaults.sessionReminderMinutes")
      ? {
          tasks: [
            newTask(tellSessionsAhead, { subject: orgId, payload: { from: [occurredAt, ""] } }),
          ],
        }
      : {},
});
