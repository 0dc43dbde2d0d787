import { tellExpiring, tellRevoked } from "./listeners-certificate.ts";
import { tellCohortCancelled, tellStarting } from "./listeners-cohort.ts";
import { tellApproved, tellRejected, tellSubmitted } from "./listeners-course.ts";
import {
  tellCancelled,
  tellCompleted,
  tellConfirmed,
  tellExpired,
  tellUnlocked,
} from "./listeners-enrollment.ts";
import { tellHeld, tellReceipt } from "./listeners-payment.ts";
import {
  tellRecorded,
  tellReminder,
  tellRescheduled,
  tellSessionCancelled,
  tellStarted,
} from "./listeners-session.ts";

/** Who is told of which event. */
export const listeners = [
  tellConfirmed,
  tellCompleted,
  tellExpired,
  tellCancelled,
  tellUnlocked,
  tellReceipt,
  tellHeld,
  tellExpiring,
  tellRevoked,
  tellSubmitted,
  tellApproved,
  tellRejected,
  tellStarting,
  tellCohortCancelled,
  tellReminder,
  tellRescheduled,
  tellStarted,
  tellRecorded,
  tellSessionCancelled,
] as const;
