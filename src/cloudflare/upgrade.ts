import * as z from "zod";
import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import { admit } from "../live/admission.ts";
import { identity, REMOVED_CLOSE } from "../live/room.ts";
import { admitted, admitting, plainFault } from "./admission.ts";
import type { Env } from "./env.ts";
import { fanOutObject, sessionObject } from "./objects.ts";

const admission = identity.extend({
  sessionId: z.string().min(1),
  since: z.int().min(0).optional(),
  /** The object beside the session's own that is meant. */
  place: z.int().min(1).optional(),
  /** The one that was said to have room and had none. */
  full: z.int().min(1).optional(),
});
type Admission = z.infer<typeof admission>;

/** Whom a ticket let in, as the Worker says it to the object. */
export const admissionOf = (request: Request): Admission => admitted(request, admission);

const since = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

/**
 * `GET /lms/sessions/:id/ws?ticket=…&since=…`: spends the ticket, then hands the socket to the
 * session's object. The object gets a request made here, so nothing of the caller's headers.
 */
export async function openSession(
  request: Request,
  { env, host, sessionId }: { env: Objects; host: Host; sessionId: string },
): Promise<Response | Refusal> {
  const plain = plainFault(request);
  if (plain) return plain;
  const { searchParams } = new URL(request.url);
  const seen = since.safeParse(searchParams.get("since") ?? undefined);
  if (!seen.success) {
    return refuse("VALIDATION_FAILED", "Correct since", {
      errors: [{ path: "since", message: "The seq of the last message seen, or none" }],
    });
  }
  const joined = await admit(host, { sessionId, ticket: searchParams.get("ticket") ?? "" });
  if (isRefusal(joined)) return joined;
  const { orgId: _, ...who } = joined;
  return placed(env, { since: seen.data, ...who });
}

const TRIES = 3;

/** Into the session's own object, or the one beside it that the session's object names. */
async function placed(env: Objects, joining: Admission): Promise<Response | Refusal> {
  let full: number | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = await entered(sessionObject(env, joining.sessionId), { ...joining, full });
    if (answer.status !== 200) return opened(answer);
    const { place } = sentTo.parse(await answer.json());
    const there = await entered(fanOutObject(env, joining.sessionId, place), { ...joining, place });
    if (there.status !== 503) return opened(there);
    full = place;
  }
  return FULL;
}

type Objects = Pick<Env, "LIVE_SESSIONS" | "LIVE_FAN_OUTS">;
const sentTo = z.object({ place: z.int().min(1) });

const entered = (object: { fetch: Fetcher["fetch"] }, joining: Admission): Promise<Response> =>
  object.fetch("https://object/", {
    headers: admitting(joining),
  });

function opened({ webSocket, status }: Response): Response | Refusal {
  if (webSocket) return new Response(null, { status: 101, webSocket });
  if (status === 403) return closedAtOnce(REMOVED_CLOSE);
  return status === 503 ? FULL : OVER;
}

/** A browser is shown no status of a refused upgrade: what no other ticket helps against it hears as a close. */
function closedAtOnce({ code, reason }: { code: number; reason: string }): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client });
}

/** The object has heard it, though the ticket's batch had not. */
const OVER = refuse("INVALID_TRANSITION", "The session has just ended or been cancelled");
const FULL = refuse("CAPACITY_REACHED", "The session is full; try again in a moment");
