import type { Context, Hono } from "hono";
import { refusalAnswer } from "../http/answer.ts";
import { createApp } from "../http/app.ts";
import { authRoutes } from "../http/auth-routes.ts";
import { authenticate } from "../http/authenticate.ts";
import { bookmarkOf } from "../http/bookmark.ts";
import { calendarRoute } from "../http/calendar.ts";
import { docsRoutes } from "../http/docs.ts";
import { livePageRoute } from "../http/live-page.ts";
import { mailboxRoute } from "../http/mailbox.ts";
import { unsubscribeRoutes } from "../http/unsubscribe.ts";
import type { AppEnv } from "../http/variables.ts";
import { isRefusal } from "../kernel/error.ts";
import { lms } from "../lms.ts";
import { openChannels } from "./channel-upgrade.ts";
import { newMeter } from "./d1.ts";
import { type Config, configOf, type Env } from "./env.ts";
import { unitOf } from "./host.ts";
import { keptAnswers } from "./kept.ts";
import { openSession } from "./upgrade.ts";
import { getFile, putFile } from "./uploads.ts";

const apps = new WeakMap<Config, Hono<AppEnv>>();

/** The HTTP application of this deployment, made once an isolate. */
export function app(env: Env): Hono<AppEnv> {
  const config = configOf(env);
  const made = apps.get(config) ?? makeApp(env, config);
  apps.set(config, made);
  return made;
}

function makeApp(env: Env, config: Config): Hono<AppEnv> {
  const access = {
    secret: config.AUTH_SECRET,
    origin: config.ORIGIN,
    trustedOrigins: config.TRUSTED_ORIGINS,
  };
  return createApp({
    registry: lms,
    trustedOrigins: config.TRUSTED_ORIGINS,
    platformOf: (request, ctx) => {
      const { host, meter, bookmark } = unitOf(env, ctx, newMeter(), bookmarkOf(request));
      return {
        registry: lms,
        host,
        meter,
        config,
        bookmark,
        within: async (limit, key) => {
          if (config.LIMITS === "lax") return true;
          const binding = {
            request: env.REQUEST_LIMIT,
            "sign-in": env.SIGN_IN_LIMIT,
            publish: env.PUBLISH_LIMIT,
            "connection-test": env.CONNECTION_TEST_LIMIT,
          }[limit];
          return (await binding.limit({ key })).success;
        },
        kept: keptAnswers(caches.default, host.after),
      };
    },
    callerOf: authenticate({ ...access, issuers: config.ISSUERS, hosts: config.HOSTS }),
    more: (routes) => {
      authRoutes(routes, access);
      mailboxRoute(routes);
      unsubscribeRoutes(routes);
      calendarRoute(routes);
      livePageRoute(routes);
      docsRoutes(routes, (request) => env.ASSETS.fetch(request));
      const onFile = (act: typeof putFile) => async (c: Context<AppEnv>) => {
        const answer = await act(c.req.raw, {
          env,
          host: c.get("platform").host,
          registry: lms,
          correlationId: c.get("correlationId"),
          actor: () => c.get("caller").actor(),
        });
        return isRefusal(answer) ? refusalAnswer(c, answer) : answer;
      };
      routes.put("/files/*", onFile(putFile));
      routes.get("/files/*", onFile(getFile));
      routes.get("/lms/sessions/:sessionId/ws", async (c) => {
        const { host } = c.get("platform");
        const answer = await openSession(c.req.raw, {
          env,
          host,
          sessionId: c.req.param("sessionId"),
        });
        return isRefusal(answer) ? refusalAnswer(c, answer) : answer;
      });
      routes.get("/lms/realtime", async (c) => {
        const answer = await openChannels(c.req.raw, { env, host: c.get("platform").host });
        return isRefusal(answer) ? refusalAnswer(c, answer) : answer;
      });
    },
  });
}
