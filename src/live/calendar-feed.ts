import { isMember, memberById, organizationById } from "../identity/statements.ts";
import type { Host } from "../kernel/ports.ts";
import type { ResultOf } from "../kernel/statement.ts";
import { DAY } from "../kernel/time.ts";
import { languageOfLocale } from "../notifications/statements.ts";
import { VERSION } from "../version.ts";
import type { CalendarSession } from "./calendar.ts";
import { plannedEndOf } from "./room.ts";
import { ofCalendarLink, type SessionInCalendar, sessionsInCalendar } from "./statements.ts";
import { hashOfTicket } from "./ticket.ts";

/** What is over stays in a calendar for so long. */
const SHOWN_PAST = 90 * DAY;
const SESSIONS_MAX = 500;

/**
 * The calendar behind a secret link, out of one round trip: the sessions of the cohorts that its member
 * learns in or teaches. Nothing where the link is wrong or revoked, or its member suspended or gone.
 */
export async function calendarOf(
  host: Host,
  { token, cohortId }: { token: string; cohortId: string | undefined },
): Promise<string | undefined> {
  const { db, batch } = host.databaseFor("*");
  const tokenHash = hashOfTicket(token);
  const orgId = ofCalendarLink("organization_id", tokenHash);
  const memberId = ofCalendarLink("member_id", tokenHash);
  const members = memberById(db, orgId, memberId);
  const organizations = organizationById(db, orgId);
  const since = host.now() - SHOWN_PAST;
  const sessions = sessionsInCalendar(db, {
    orgId,
    memberId,
    cohortId,
    since,
    limit: SESSIONS_MAX,
  });
  // SAFETY: the rows of the three statements above, in their order.
  const [[member], [organization], found] = (await batch([members, organizations, sessions])) as [
    ResultOf<typeof members>,
    Awaited<typeof organizations>,
    Awaited<typeof sessions>,
  ];
  if (!member || !organization || !isMember(member) || member.suspendedAt !== null) {
    return undefined;
  }
  // It brings the whole of Temporal, which start-up does without.
  const { calendarText } = await import("./calendar.ts");
  return calendarText({
    name: organization.name,
    origin: host.ports.origin,
    language: languageOfLocale(member.locale),
    version: VERSION,
    sessions: found.map(shown),
  });
}

const shown = (row: SessionInCalendar): CalendarSession => ({
  id: row.id,
  title: row.title,
  cohortName: row.cohortName,
  courseTitle: row.courseTitle,
  timeZone: row.timeZone,
  startsAt: row.scheduledAt,
  endsAt: plannedEndOf(row),
  isCancelled: row.status === "cancelled",
  version: row.version,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
