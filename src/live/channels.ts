/** Where live messages go. Source 1, section 8. */
export const sessionChannel = (orgId: string, sessionId: string): string =>
  `org:${orgId}:lms:session:${sessionId}`;

export const instructorChannel = (orgId: string, courseId: string): string =>
  `org:${orgId}:lms:course:${courseId}:instructor`;

/** A learner's own, named by the learner alone: its messages carry the organization. */
export const learnerChannel = (_orgId: string, learnerId: string): string =>
  `org:${learnerId}:actor:${learnerId}:lms`;

export const adminChannel = (orgId: string): string => `org:${orgId}:lms:admin`;

export type LmsWsMessageType =
  | "session:state"
  | "session:presence"
  | "session:chat"
  | "session:hand"
  | "session:poll"
  | "session:reaction"
  | "enrollment:new"
  | "submission:new"
  | "module:unlock"
  | "certificate:ready"
  | "cohort:announcement"
  | "progress:updated"
  | "notification:new"
  | "generation:progress"
  | "import:progress";

export type LmsWsMessage = {
  type: LmsWsMessageType;
  channel: string;
  data: unknown;
  /** Epoch milliseconds. */
  timestamp: number;
};
