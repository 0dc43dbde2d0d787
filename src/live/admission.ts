import { notFound, type Refusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import type { ResultOf } from "../kernel/statement.ts";
import { type Identity, joinFault } from "./room.ts";
import { memberOfTicket, redeemTicket, sessionOfObject } from "./statements.ts";
import { hashOfTicket } from "./ticket.ts";

const BAD_TICKET = refuse(
  "UNAUTHENTICATED",
  "This ticket is wrong, used, too old or another session's; get a new one from POST /lms/sessions/{id}/ticket",
);

/** Whom a ticket let into which session. */
export type Admitted = Identity & { orgId: string; sessionId: string };

/** One round trip: spends the ticket and reads its member and session. */
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
  // SAFETY: the rows of the three statements above, in their order.
  const [[found], [member], [session]] = (await batch([spent, members, sessions])) as [
    ResultOf<typeof spent>,
    ResultOf<typeof members>,
    ResultOf<typeof sessions>,
  ];
  if (!found || !member || member.roles.length === 0) return BAD_TICKET;
  if (member.suspendedAt !== null) {
    return refuse("SUSPENDED", "Your membership is suspended; ask an admin");
  }
  if (!session) return notFound("Session");
  const { orgId, memberId: userId } = found;
  return joinFault(session.status) ?? { orgId, sessionId, userId, name: member.displayName ?? "" };
}
