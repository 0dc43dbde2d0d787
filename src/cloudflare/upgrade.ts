import * as z from "zod";
import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import { admit } from "../live/admission.ts";
import { identity } from "../live/room.ts";
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
  const admitted = await admit(host, { sessionId, ticket: searchParams.get("ticket") ?? "" });
  if (isRefusal(admitted)) return admitted;
  const { userId, name } = admitted;
  const joining: Admission = { sessionId, since: seen.data, userId, name };
  const answer = await sessionObject(env, sessionId).fetch("https://object/", {
    headers: { upgrade: "websocket", [ADMISSION]: encodeURIComponent(JSON.stringify(joining)) },
  });
  const { webSocket } = answer;
  if (!webSocket) return OVER;
  return new Response(null, { status: 101, webSocket });
}

/** The object has heard it, though the ticket's batch had not. */
const OVER = refuse("INVALID_TRANSITION", "The session has just ended or been cancelled");
