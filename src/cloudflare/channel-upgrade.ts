import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import type { Host } from "../kernel/ports.ts";
import { spendTicket } from "../live/admission.ts";
import { type Admission, SHARDS_MAX, shardsFor } from "../live/gateway.ts";
import { admitting, plainFault } from "./admission.ts";
import type { Env } from "./env.ts";
import { channelGateway } from "./objects.ts";

type Ask = { env: Pick<Env, "CHANNELS">; host: Host; socketsMax?: number };

/**
 * `GET /lms/realtime?ticket=…`: spends the ticket, then hands the socket to an object of its
 * organization: its person's own, or the next that is not full.
 */
export async function openChannels(
  request: Request,
  { env, host, socketsMax }: Ask,
): Promise<Response | Refusal> {
  const plain = plainFault(request);
  if (plain) return plain;
  const ticket = new URL(request.url).searchParams.get("ticket") ?? "";
  const spent = await spendTicket(host, { sessionId: null, ticket });
  if (isRefusal(spent)) return spent;
  const { orgId, memberId: userId, roles, credential } = spent.found;
  const first = channelGateway(env, orgId, 0);
  for (;;) {
    const shards = await first.shards();
    for (const shard of shardsFor(userId, shards)) {
      const given = { roles: [...(roles ?? [])], credential };
      const hearer: Admission = { orgId, userId, ...given, shard, socketsMax };
      const answer = await channelGateway(env, orgId, shard).fetch("https://object/", {
        headers: admitting(hearer),
      });
      if (answer.webSocket) return new Response(null, { status: 101, webSocket: answer.webSocket });
    }
    if (shards >= SHARDS_MAX) return FULL;
    await first.grow(shards);
  }
}

const FULL = refuse("OVERLOADED", "Too many are connected now; try again in a while", {
  retryAfterSeconds: 60,
});
