import * as z from "zod";
import { cohortById, courseIdOf, courseOfCohort } from "../cohorts/statements.ts";
import { enrollmentOf } from "../enrollment/statements.ts";
import { id } from "../kernel/id.ts";
import { pageFault, pageInput, pageOf, pageOutput } from "../kernel/page.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found, maybe } from "../kernel/statement.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { attendancePage } from "./attendees.ts";
import { participants, readSession, sessionAnswer, sessionReadBy, showSession } from "./session.ts";
import { calendarLinkOf, enrollmentInSession, sessionsOf } from "./statements.ts";

export const sessionsGet = query({
  type: "lms.sessions.get",
  summary: "A live session, for those who may join it",
  input: z.strictObject({ id }),
  output: sessionAnswer,
  permission: sessionReadBy("read"),
  read: ({ db, input, actor }) => ({
    ...readSession(db, actor.orgId, input.id),
    enrollment: maybe(enrollmentInSession(db, actor.orgId, actor.id, input.id)),
  }),
  own: participants,
  answer: ({ session }) => showSession(session),
});

const attendedLine = z.object({
  learnerId: z.string(),
  name: z.string().nullable().describe("null where the learner was erased"),
  firstJoinedAt: shownInstant,
  lastLeftAt: shownInstant.nullable().describe("null while it is there"),
  secondsPresent: z.int(),
  joins: z.int(),
});

/** Those who lead it see everybody, a learner itself alone. */
export const sessionsAttendance = query({
  type: "lms.sessions.attendance",
  summary: "Who was in a live session, and for how long; a learner reads its own",
  input: z.strictObject({ id, ...pageInput }),
  output: pageOutput(attendedLine),
  permission: sessionReadBy("attendance"),
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    ...readSession(db, actor.orgId, input.id),
    enrollment: maybe(enrollmentInSession(db, actor.orgId, actor.id, input.id)),
    attended: attendancePage(db, actor, input.id, input),
  }),
  own: participants,
  answer: ({ attended }, { input }) =>
    pageOf(
      input,
      attended,
      (row) => [row.learnerId],
      ({ firstJoinedAt, lastLeftAt, ...row }) => ({
        ...row,
        firstJoinedAt: iso(firstJoinedAt),
        lastLeftAt: isoOrNull(lastLeftAt),
      }),
    ),
});

export const cohortsSessions = query({
  type: "lms.cohorts.sessions",
  summary: "A cohort's live sessions in the order of their times",
  input: z.strictObject({ cohortId: id, ...pageInput }),
  output: pageOutput(sessionAnswer),
  permission: sessionReadBy("read"),
  fault: pageFault,
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
    enrollment: maybe(
      enrollmentOf(db, actor.orgId, actor.id, courseIdOf(actor.orgId, input.cohortId)),
    ),
    sessions: sessionsOf(db, actor.orgId, input.cohortId, input),
  }),
  own: participants,
  answer: ({ sessions }, { input }) =>
    pageOf(input, sessions, (row) => [row.scheduledAt, row.id], showSession),
});

export const calendarGet = query({
  type: "lms.calendar.get",
  summary: "Whether one has a secret link to one's calendar, and since when",
  input: z.strictObject({}),
  output: z.object({ createdAt: shownInstant.nullable().describe("Null where there is none") }),
  permission: { action: "calendar:read", any: EVERY_MEMBER },
  read: ({ db, actor }) => ({ link: maybe(calendarLinkOf(db, actor.orgId, actor.id)) }),
  answer: ({ link }) => ({ createdAt: isoOrNull(link?.createdAt) }),
});
