import * as z from "zod";
import { isRefusal, notFound, type Refusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import type { ResultOf } from "../kernel/statement.ts";
import { identity, joinFault } from "../live/room.ts";
import { memberOfTicket, redeemTicket, sessionOfObject } from "../live/statements.ts";
import { hashOfTicket } from "../live/ticket.ts";
import type { Env } from "./env.ts";
import { sessionObject } from "./objects.ts";

const ADMISSION = "x-lyceum-admission";

const admission = identity.extend({
  sessionId: z.string().min(1),
  since: z.int().min(0).optional(),
});
type Admission = z.infer<typeof admission>;

/** Whom a ticket let in, as the Worker says it to the object. Only the Worker reaches an object. */
export const admissionOf = (request: Request): Admission =>
  admission.parse(JSON.parse(decodeURIComponent(request.headers.get(ADMISSION) ?? "null")));

const since = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

/**
 * `GET /lms/sessions/:id/ws?ticket=…&since=…`: spends the ticket, then hands the socket to the
 * session's object. The object gets a request made here, so nothing of the caller's headers.
 */
export async function openSession(
  request: Request,
  { env, host, sessionId }: { env: Pick<Env, "LIVE_SESSIONS">; host: Host; sessionId: string },
): Promise<Response | Refusal> {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return refuse("VALIDATION_FAILED", "Open this address as a WebSocket");
  }
  const { searchParams } = new URL(request.url);
  const seen = since.safeParse(searchParams.get("since") ?? undefined);
  if (!seen.success) {
    return refuse("VALIDATION_FAILED", "Correct since", {
      errors: [{ path: "since", message: "The seq of the last message seen, or none" }],
    });
  }
  const admitted = await redeem(host, sessionId, searchParams.get("ticket") ?? "");
  if (isRefusal(admitted)) return admitted;
  const joining: Admission = { sessionId, since: seen.data, ...admitted };
  const answer = await sessionObject(env, sessionId).fetch("https://object/", {
    headers: { upgrade: "websocket", [ADMISSION]: encodeURIComponent(JSON.stringify(joining)) },
  });
  const { webSocket } = answer;
  if (!webSocket) return OVER;
  return new Response(null, { status: 101, webSocket });
}

const BAD_TICKET = refuse(
  "UNAUTHENTICATED",
  "This ticket is wrong, used, too old or another session's; get a new one from POST /lms/sessions/{id}/ticket",
);
/** The object has heard it, though the ticket's batch had not. */
const OVER = refuse("INVALID_TRANSITION", "The session has just ended or been cancelled");

/** One round trip: spends the ticket and reads its member and session. */
async function redeem(host: Host, sessionId: string, ticket: string) {
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
  return joinFault(session.status) ?? { userId: found.memberId, name: member.displayName ?? "" };
}
