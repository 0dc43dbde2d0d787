import { tellExpiring, tellRevoked } from "./listeners-certificate.ts";
import { tellAnnounced, tellCohortCancelled, tellStarting } from "./listeners-cohort.ts";
import { tellApproved, tellRejected, tellSubmitted } from "./listeners-course.ts";
import {
  tellCancelled,
  tellCompleted,
  tellConfirmed,
  tellExpired,
  tellMoved,
  tellUnlocked,
} from "./listeners-enrollment.ts";
import { tellHeld, tellReceipt, tellRefunded } from "./listeners-payment.ts";
import {
  tellRecorded,
  tellReminder,
  tellRescheduled,
  tellSessionCancelled,
  tellStarted,
} from "./listeners-session.ts";

import { tellGraded, tellReturned } from "./listeners-submission.ts";

/** Who is told of which event. */
export const listeners = [
  tellConfirmed,
  tellCompleted,
  tellExpired,
  tellCancelled,
  tellMoved,
  tellUnlocked,
  tellReceipt,
  tellRefunded,
  tellHeld,
  tellGraded,
  tellReturned,
  tellExpiring,
  tellRevoked,
  tellSubmitted,
  tellApproved,
  tellRejected,
  tellStarting,
  tellCohortCancelled,
  tellAnnounced,
  tellReminder,
  tellRescheduled,
  tellStarted,
  tellRecorded,
  tellSessionCancelled,
] as const;
