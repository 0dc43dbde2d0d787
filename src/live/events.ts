import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { shownInstant } from "../kernel/time.ts";

const session = {
  sessionId: z.string(),
  cohortId: z.string(),
  courseId: z.string(),
  instructorId: z.string(),
  title: z.string(),
};
const meetingUrl = z.string().nullable();

export const sessionCreated = eventType(
  "session.created",
  "session",
  z.object({ ...session, scheduledAt: shownInstant, durationMinutes: z.int(), meetingUrl }),
);
export const sessionUpdated = eventType(
  "session.updated",
  "session",
  z.object({
    ...session,
    scheduledAt: shownInstant,
    durationMinutes: z.int(),
    updatedFields: z.array(z.string()),
  }),
);
export const sessionStarted = eventType(
  "session.started",
  "session",
  z.object({ ...session, startedAt: shownInstant, meetingUrl }),
);
export const sessionEnded = eventType(
  "session.ended",
  "session",
  z.object({
    ...session,
    endedAt: shownInstant,
    durationMinutes: z.int(),
    attendeeCount: z.int(),
  }),
);
export const sessionRecorded = eventType(
  "session.recorded",
  "session",
  z.object({ ...session, recordingUrl: z.string(), recordedAt: shownInstant }),
);
/** `reason` stays in the row: the log holds no free text. */
export const sessionCancelled = eventType(
  "session.cancelled",
  "session",
  z.object({
    ...session,
    scheduledAt: shownInstant,
    cancelledAt: shownInstant,
    reason: z.string().optional(),
  }),
);

/** A notice: it changes no row, so it takes no number. */
export const sessionReminderTrigger = eventType(
  "session.reminder-trigger",
  "session",
  z.object({ ...session, scheduledAt: shownInstant, minutesBefore: z.int() }),
);

export type SessionReminderTriggerPayload = PayloadOf<typeof sessionReminderTrigger>;
export type SessionCreatedPayload = PayloadOf<typeof sessionCreated>;
export type SessionUpdatedPayload = PayloadOf<typeof sessionUpdated>;
export type SessionStartedPayload = PayloadOf<typeof sessionStarted>;
export type SessionEndedPayload = PayloadOf<typeof sessionEnded>;
export type SessionRecordedPayload = PayloadOf<typeof sessionRecorded>;
export type SessionCancelledPayload = PayloadOf<typeof sessionCancelled>;
