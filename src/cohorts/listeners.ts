import {
  enrollmentCancelled,
  enrollmentExpired,
  enrollmentMovedCohort,
  enrollmentRefunded,
} from "../enrollment/events.ts";
import { enrollmentById } from "../enrollment/statements.ts";
import { memberErased, memberSuspended } from "../identity/events.ts";
import { listener } from "../kernel/listener.ts";
import { maybe } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { closeCohort } from "./closing.ts";
import { cohortCancelled, cohortCompleted } from "./events.ts";
import { cohortTold, placesGivenUp, waitsOf } from "./statements.ts";
import { tellCohort } from "./tasks.ts";
import { clearWaitingList } from "./waiting-tasks.ts";

/** A seat given up is free as soon as the cohort's object has looked. */
export const freeSeat = listener({
  name: "cohorts.free-seat",
  on: [enrollmentCancelled, enrollmentExpired, enrollmentRefunded],
  read: ({ db, event }) => ({
    enrollment: maybe(enrollmentById(db, event.orgId, event.payload.enrollmentId)),
  }),
  decide: ({ enrollment }, { event: { payload } }) => {
    const cohortId = "cohortId" in payload ? payload.cohortId : enrollment?.cohortId;
    const { learnerId } = payload;
    return cohortId
      ? { tasks: [newTask(tellCohort, { subject: cohortId, payload: { learnerId } })] }
      : {};
  },
});

/** The seat left behind is free, the new one taken for good, as soon as both objects have looked. */
export const seatMoved = listener({
  name: "cohorts.seat-moved",
  on: [enrollmentMovedCohort],
  read: () => ({}),
  decide: (_, { event: { payload } }) => {
    const { learnerId, cohortId, fromCohortId } = payload;
    const subjects = fromCohortId === undefined ? [cohortId] : [fromCohortId, cohortId];
    return {
      tasks: subjects.map((subject) => newTask(tellCohort, { subject, payload: { learnerId } })),
    };
  },
});

/** Its learners and sessions follow, page by page. */
export const cohortClosed = listener({
  name: "cohorts.close",
  on: [cohortCancelled],
  read: () => ({}),
  decide: (_, { event: { payload } }) => ({
    tasks: [
      newTask(closeCohort, {
        subject: payload.cohortId,
        payload: { phase: "pending-payment", after: null },
      }),
    ],
  }),
});

export const waitingOver = listener({
  name: "cohorts.waiting-over",
  on: [cohortCancelled, cohortCompleted],
  read: () => ({}),
  decide: (_, { event: { id: eventId, payload } }) => ({
    tasks: [newTask(clearWaitingList, { subject: payload.cohortId, payload: { eventId } })],
  }),
});

const WAITS_MAX = 500;

/** Whoever may no longer act here waits for nothing here. */
export const dropPlaces = listener({
  name: "cohorts.drop-places",
  on: [memberSuspended, memberErased],
  read: ({ db, event: { orgId, payload } }) => ({
    waits: waitsOf(db, orgId, { learnerId: payload.userId, limit: WAITS_MAX }),
  }),
  decide: ({ waits }, { db, event: { orgId } }) =>
    waits.length === 0
      ? {}
      : {
          writes: [placesGivenUp(db, orgId, waits)],
          tasks: waits.map(({ cohortId, learnerId }) => cohortTold(cohortId, learnerId)),
        },
});
