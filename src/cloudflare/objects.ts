import type { ChannelGateway } from "../../durable-objects/channel-gateway.ts";
import type { Cohort } from "../../durable-objects/cohort.ts";
import type { LiveSessionFanOut } from "../../durable-objects/live-fan-out.ts";
import type { LiveSession } from "../../durable-objects/live-session.ts";
import type { Ports, Seats } from "../kernel/ports.ts";
import type { Env } from "./env.ts";

/** The one object of a cohort. */
export const cohortObject = ({ COHORTS }: Pick<Env, "COHORTS">, cohortId: string) =>
  // SAFETY: wrangler.toml binds the namespace to this class.
  (COHORTS as DurableObjectNamespace<Cohort>).getByName(cohortId);

/** The one object of a live session. */
export const sessionObject = ({ LIVE_SESSIONS }: Pick<Env, "LIVE_SESSIONS">, sessionId: string) =>
  // SAFETY: wrangler.toml binds the namespace to this class.
  (LIVE_SESSIONS as DurableObjectNamespace<LiveSession>).getByName(sessionId);

/** One of the objects that a session's room fans out to. */
export const fanOutObject = (
  { LIVE_FAN_OUTS }: Pick<Env, "LIVE_FAN_OUTS">,
  sessionId: string,
  place: number,
) =>
  // SAFETY: wrangler.toml binds the namespace to this class.
  (LIVE_FAN_OUTS as DurableObjectNamespace<LiveSessionFanOut>).getByName(`${sessionId}:${place}`);

/** One of the objects of an organization's channels; the first, 0, is always there. */
export const channelGateway = ({ CHANNELS }: Pick<Env, "CHANNELS">, orgId: string, shard: number) =>
  // SAFETY: wrangler.toml binds the namespace to this class.
  (CHANNELS as DurableObjectNamespace<ChannelGateway>).getByName(`${orgId}/${shard}`);

export const seatsPort = (env: Pick<Env, "COHORTS">): Seats => ({
  reserve: async (request) => {
    const object = cohortObject(env, request.cohortId);
    return "lowers" in request ? object.lower(request) : object.reserve(request);
  },
});

export const sessionsPort = (env: Pick<Env, "LIVE_SESSIONS">): Ports["sessions"] => ({
  tell: (news) => sessionObject(env, news.sessionId).tell(news),
  alarms: true,
  drop: (leaver) => sessionObject(env, leaver.sessionId).drop(leaver),
  said: (window) => sessionObject(env, window.sessionId).said(window),
});

export const cohortsPort = (env: Pick<Env, "COHORTS">): Ports["cohorts"] => ({
  tell: (news) => cohortObject(env, news.cohortId).tell(news),
  online: (cohortId, window) => cohortObject(env, cohortId).online({ ...window, cohortId }),
});

export const realtimePort = (env: Pick<Env, "CHANNELS">): Ports["realtime"] => ({
  publish: (orgId, messages) => channelGateway(env, orgId, 0).publish(orgId, messages),
  drop: (orgId, userId) => channelGateway(env, orgId, 0).drop(orgId, userId),
  recheck: (orgId, userId) => channelGateway(env, orgId, 0).recheck(orgId, userId),
});
