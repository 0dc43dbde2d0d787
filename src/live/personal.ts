import { and, eq } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { lmsCalendarLinks, lmsLiveSessions, lmsSessionAttendance, lmsTickets } from "./schema.ts";

export const personalSessions = personal({
  name: "sessionsTaught",
  table: lmsLiveSessions,
  of: ({ orgId, userId }) =>
    and(eq(lmsLiveSessions.organizationId, orgId), eq(lmsLiveSessions.instructorId, userId)),
  key: [lmsLiveSessions.id],
  export: { none: "A session is the organization's, whoever holds it" },
  erase: { kept: "A session is the organization's; it names its instructor by id" },
});

export const personalAttendance = personal({
  name: "attendance",
  table: lmsSessionAttendance,
  of: ({ orgId, userId }) =>
    and(eq(lmsSessionAttendance.organizationId, orgId), eq(lmsSessionAttendance.learnerId, userId)),
  key: [lmsSessionAttendance.id],
  export: {},
  erase: { kept: "Figures about a learner whose name is gone" },
});

export const personalTickets = personal({
  name: "tickets",
  table: lmsTickets,
  of: ({ orgId, userId }) =>
    and(eq(lmsTickets.organizationId, orgId), eq(lmsTickets.memberId, userId)),
  key: [lmsTickets.id],
  export: { none: "A ticket lives for a minute and says nothing of its holder" },
  erase: { kept: "A ticket opens nothing to who is no member, and is swept when it is old" },
});

export const personalCalendarLinks = personal({
  name: "calendarLink",
  table: lmsCalendarLinks,
  of: ({ orgId, userId }) =>
    and(eq(lmsCalendarLinks.organizationId, orgId), eq(lmsCalendarLinks.memberId, userId)),
  key: [lmsCalendarLinks.id],
  export: { hidden: ["tokenHash"] },
  erase: { delete: true },
});
