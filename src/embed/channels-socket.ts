import * as z from "zod";
import { isRefusal } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import { spendTicket } from "../live/admission.ts";
import { channelNamed, granted } from "../live/channel-access.ts";
import { LMSRefused } from "./refused.ts";
import { PLAIN, type RouteDefinition } from "./route.ts";

/** Whom a socket is for, and whether its server may let it hear a channel, as the rows have it then. */
export type ChannelsSocket = {
  orgId: string;
  userId: string;
  mayHear(channel: string): Promise<boolean>;
};

const query = z.object({ ticket: z.coerce.string().default("") });

/** Spends the ticket. Its server then opens the socket, and its gateway carries the channels to it. */
export const channelsSocket = (host: () => Host): RouteDefinition => ({
  method: "GET",
  path: "/lms/realtime",
  handler: async (ctx): Promise<ChannelsSocket> => {
    const { ticket } = query.parse(ctx.query ?? {});
    const spent = await spendTicket(host(), { sessionId: null, ticket });
    if (isRefusal(spent)) throw new LMSRefused(spent);
    const { orgId, memberId: userId, roles, credential } = spent.found;
    const hearer = { orgId, userId, roles: roles ?? [], credential };
    return {
      orgId,
      userId,
      mayHear: async (name) => {
        const { databaseFor, standing } = host();
        const channel = channelNamed(name, hearer);
        if (!channel) return false;
        return (await granted(databaseFor(orgId), standing, [{ hearer, channel }])).length > 0;
      },
    };
  },
  metadata: {
    ...PLAIN,
    summary: "Hear one's channels over a WebSocket",
    public: true,
    refuses: ["UNAUTHENTICATED", "SUSPENDED", "VALIDATION_FAILED"],
    upgrade: true,
  },
});
