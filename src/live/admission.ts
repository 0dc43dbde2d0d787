import { isCounted } from "../enrollment/statements.ts";
import { suspended } from "../identity/statements.ts";
import { isRefusal, notFound, type Refusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import type { Db, ResultOf, RowOf, Statement } from "../kernel/statement.ts";
import { type Identity, joinFault } from "./room.ts";
import { admittedAs } from "./room-role.ts";
import { admissionOfTicket, memberOfTicket, redeemTicket, sessionOfObject } from "./statements.ts";
import { hashOfTicket } from "./ticket.ts";

const BAD_TICKET = refuse(
  "UNAUTHENTICATED",
  "This ticket is wrong, used, too old or for another address; get a new one where it was given",
);

/** The enrollment was cancelled, or the role lost, since the ticket was given. */
const NO_PLACE = refuse("PERMISSION_DENIED", "Permission denied: session:join");

/** Whom a ticket let into which session. */
export type Admitted = Identity & { orgId: string; sessionId: string };

type Opening = Pick<Host, "now" | "databaseFor">;
type Spent = {
  found: RowOf<ReturnType<typeof redeemTicket>>;
  member: RowOf<ReturnType<typeof memberOfTicket>>;
  rows: readonly unknown[];
};

/** Spends a session's ticket and reads its member, the session, and what makes the one belong to the other. */
export async function admit(
  host: Opening,
  { sessionId, ticket }: { sessionId: string; ticket: string },
): Promise<Admitted | Refusal> {
  const asked = (db: Db, tokenHash: string) => {
    const { cohort, course, enrollment } = admissionOfTicket(db, tokenHash, sessionId);
    return [sessionOfObject(db, sessionId), cohort, course, enrollment] as const;
  };
  const spent = await spendTicket(host, { sessionId, ticket }, asked);
  if (isRefusal(spent)) return spent;
  type Asked = ReturnType<typeof asked>;
  // SAFETY: the rows of the four statements above, in their order.
  const [[session], [ledCohort], [ledCourse], [enrolled]] = spent.rows as [
    ResultOf<Asked[0]>,
    ResultOf<Asked[1]>,
    ResultOf<Asked[2]>,
    ResultOf<Asked[3]>,
  ];
  if (!session) return notFound("Session");
  const over = joinFault(session.status);
  if (over) return over;
  const { found, member } = spent;
  const { orgId, memberId: userId } = found;
  const admitted = admittedAs({
    member: { userId, roles: member.roles },
    led: [session, ledCohort, ledCourse],
    enrolled: enrolled?.cohortId === session.cohortId && isCounted(enrolled),
  });
  if (!admitted) return NO_PLACE;
  return { orgId, sessionId, userId, name: member.displayName ?? "", ...admitted };
}

/** One round trip: spends a ticket, the channels' where no session is named, and reads what else decides. */
export async function spendTicket(
  host: Opening,
  { sessionId, ticket }: { sessionId: string | null; ticket: string },
  more: (db: Db, tokenHash: string) => readonly Statement[] = () => [],
): Promise<Refusal | Spent> {
  const tokenHash = hashOfTicket(ticket);
  const { db, batch } = host.databaseFor("*");
  const spent = redeemTicket(db, { tokenHash, sessionId, now: host.now() });
  const members = memberOfTicket(db, tokenHash);
  const results = await batch([spent, members, ...more(db, tokenHash)]);
  // SAFETY: the rows of the statements above, in their order.
  const [[found], [member], ...rows] = results as [
    ResultOf<typeof spent>,
    ResultOf<typeof members>,
    ...unknown[],
  ];
  if (!found || !member || member.roles.length === 0) return BAD_TICKET;
  if (member.suspendedAt !== null) return suspended;
  return { found, member, rows };
}
