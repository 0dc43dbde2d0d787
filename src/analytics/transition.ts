import { type SQL, sql } from "drizzle-orm";
import {
  enrollmentActivated,
  enrollmentCancelled,
  enrollmentCompleted,
  enrollmentCreated,
  enrollmentExpired,
  enrollmentReactivated,
  enrollmentRefunded,
} from "../enrollment/events.ts";

/** The figures of a day that the log gives, each the number of one event. */
const TYPES = {
  created: enrollmentCreated.type,
  reactivated: enrollmentReactivated.type,
  activated: enrollmentActivated.type,
  completed: enrollmentCompleted.type,
  expired: enrollmentExpired.type,
  cancelled: enrollmentCancelled.type,
  refunded: enrollmentRefunded.type,
} as const;

export type Transition = keyof typeof TYPES;
export const TRANSITIONS = Object.keys(TYPES) as Transition[];
export const TRANSITION_TYPES: readonly string[] = Object.values(TYPES);

export const transitionOf = (type: string): Transition | undefined =>
  TRANSITIONS.find((one) => TYPES[one] === type);

/** How often each happened among the rows of the log that are read, in the order of `TRANSITIONS`. */
export const transitionCounts: SQL = sql.join(
  TRANSITIONS.map((one) => sql`coalesce(sum(event_name = ${TYPES[one]}), 0)`),
  sql`, `,
);
