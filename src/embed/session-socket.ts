import * as z from "zod";
import { isRefusal } from "../kernel/error.ts";
import { invalid } from "../kernel/outcome.ts";
import type { Host } from "../kernel/ports.ts";
import { type Admitted, admit } from "../live/admission.ts";
import { sessionChannel } from "../live/channels.ts";
import { LMSRefused } from "./refused.ts";
import { PLAIN, type RouteDefinition } from "./route.ts";

/** Whom a socket is for, the channel that it follows, and what it has seen of it already. */
export type SessionSocket = Admitted & { channel: string; since?: number };

const query = z.object({
  ticket: z.string().default(""),
  since: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
});

/** Spends the ticket. Its server then opens the socket, and its gateway carries the channel to it. */
export const sessionSocket = (host: () => Host): RouteDefinition => ({
  method: "GET",
  path: "/lms/sessions/:sessionId/ws",
  handler: async (ctx): Promise<SessionSocket> => {
    const asked = query.safeParse(ctx.query ?? {});
    if (!asked.success) throw new LMSRefused(invalid(asked.error));
    const { ticket, since } = asked.data;
    const admitted = await admit(host(), {
      sessionId: String(ctx.params?.sessionId ?? ""),
      ticket,
    });
    if (isRefusal(admitted)) throw new LMSRefused(admitted);
    const channel = sessionChannel(admitted.orgId, admitted.sessionId);
    return { ...admitted, channel, ...(since === undefined ? {} : { since }) };
  },
  metadata: {
    ...PLAIN,
    summary: "Join a live session over a WebSocket",
    public: true,
    refuses: [
      "UNAUTHENTICATED",
      "PERMISSION_DENIED",
      "INVALID_TRANSITION",
      "NOT_FOUND",
      "VALIDATION_FAILED",
    ],
    upgrade: true,
  },
});
