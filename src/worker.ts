import { ChannelGateway } from "../durable-objects/channel-gateway.ts";
import { Cohort } from "../durable-objects/cohort.ts";
import { LiveSessionFanOut } from "../durable-objects/live-fan-out.ts";
import { LiveSession } from "../durable-objects/live-session.ts";
import { app } from "./cloudflare/app.ts";
import { consume } from "./cloudflare/consumer.ts";
import { minute } from "./cloudflare/cron.ts";
import type { Env } from "./cloudflare/env.ts";
import { lms } from "./lms.ts";

export { ChannelGateway, Cohort, LiveSession, LiveSessionFanOut };

export default {
  fetch: (request, env, ctx) => app(env).fetch(request, env, ctx),
  queue: (batch, env, ctx) => consume(batch, env, ctx),
  scheduled: ({ cron }, env, ctx) => minute(lms, cron, env, ctx),
} satisfies ExportedHandler<Env>;
