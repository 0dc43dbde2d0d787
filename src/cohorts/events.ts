import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { calendarDate, shownInstant } from "../kernel/time.ts";

const cohort = {
  cohortId: z.string(),
  courseId: z.string(),
  name: z.string(),
  instructorId: z.string(),
};

export const cohortCreated = eventType(
  "cohort.created",
  "cohort",
  z.object({
    ...cohort,
    startDate: calendarDate,
    endDate: calendarDate,
    capacity: z.int(),
    timezone: z.string(),
  }),
);
export const cohortUpdated = eventType(
  "cohort.updated",
  "cohort",
  z.object({ ...cohort, updatedFields: z.array(z.string()) }),
);
export const cohortActivated = eventType(
  "cohort.activated",
  "cohort",
  z.object({ ...cohort, activatedAt: shownInstant, enrolledCount: z.int() }),
);
export const cohortCompleted = eventType(
  "cohort.completed",
  "cohort",
  z.object({
    ...cohort,
    completedAt: shownInstant,
    totalEnrolled: z.int(),
    totalCompleted: z.int(),
  }),
);
/** `reason` stays in the row: the log holds no free text. */
export const cohortCancelled = eventType(
  "cohort.cancelled",
  "cohort",
  z.object({ ...cohort, cancelledAt: shownInstant, reason: z.string().optional() }),
);

/** The words stay in the row. */
export const cohortAnnounced = eventType(
  "cohort.announced",
  "cohort",
  z.object({ ...cohort, announcementId: z.string(), announcedAt: shownInstant }),
);

export type CohortCreatedPayload = PayloadOf<typeof cohortCreated>;
export type CohortUpdatedPayload = PayloadOf<typeof cohortUpdated>;
export type CohortActivatedPayload = PayloadOf<typeof cohortActivated>;
export type CohortCompletedPayload = PayloadOf<typeof cohortCompleted>;
export type CohortCancelledPayload = PayloadOf<typeof cohortCancelled>;
export type CohortAnnouncedPayload = PayloadOf<typeof cohortAnnounced>;
