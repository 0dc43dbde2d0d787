import { isCounted } from "../enrollment/statements.ts";
import { notFound, type Refusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import type { ResultOf } from "../kernel/statement.ts";
import { type Identity, joinFault } from "./room.ts";
import { admittedAs } from "./room-role.ts";
import { admissionOfTicket, memberOfTicket, redeemTicket, sessionOfObject } from "./statements.ts";
import { hashOfTicket } from "./ticket.ts";

const BAD_TICKET = refuse(
  "UNAUTHENTICATED",
  "This ticket is wrong, used, too old or another session's; get a new one from POST /lms/sessions/{id}/ticket",
);

/** The enrollment was cancelled, or the role lost, since the ticket was given. */
const NO_PLACE = refuse("PERMISSION_DENIED", "Permission denied: session:join");

/** Whom a ticket let into which session. */
export type Admitted = Identity & { orgId: string; sessionId: string };

/** One round trip: spends the ticket and reads its member, the session, and what makes the one belong to the other. */
export async function admit(
  host: Pick<Host, "now" | "databaseFor">,
  { sessionId, ticket }: { sessionId: string; ticket: string },
): Promise<Admitted | Refusal> {
  const tokenHash = hashOfTicket(ticket);
  const now = host.now();
  const { db, batch } = host.databaseFor("*");
  const spent = redeemTicket(db, { tokenHash, sessionId, now });
  const members = memberOfTicket(db, tokenHash);
  const sessions = sessionOfObject(db, sessionId);
  const { cohort, course, enrollment } = admissionOfTicket(db, tokenHash, sessionId);
  // SAFETY: the rows of the six statements below, in their order.
  const [[found], [member], [session], [ledCohort], [ledCourse], [enrolled]] = (await batch([
    spent,
    members,
    sessions,
    cohort,
    course,
    enrollment,
  ])) as [
    ResultOf<typeof spent>,
    ResultOf<typeof members>,
    ResultOf<typeof sessions>,
    ResultOf<typeof cohort>,
    ResultOf<typeof course>,
    ResultOf<typeof enrollment>,
  ];
  if (!found || !member || member.roles.length === 0) return BAD_TICKET;
  if (member.suspendedAt !== null) {
    return refuse("SUSPENDED", "Your membership is suspended; ask an admin");
  }
  if (!session) return notFound("Session");
  const over = joinFault(session.status);
  if (over) return over;
  const { orgId, memberId: userId } = found;
  const admitted = admittedAs({
    member: { userId, roles: member.roles },
    led: [session, ledCohort, ledCourse],
    enrolled: enrolled?.cohortId === session.cohortId && isCounted(enrolled),
  });
  if (!admitted) return NO_PLACE;
  return { orgId, sessionId, userId, name: member.displayName ?? "", ...admitted };
}
