import { Hono } from "hono";
import { cors } from "hono/cors";
import { RegExpRouter } from "hono/router/reg-exp-router";
import type { Registry } from "../kernel/context.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import { addressOf } from "./address.ts";
import { answerByName, answerRoute, keptAnswer, refusalAnswer } from "./answer.ts";
import { keepBookmark } from "./bookmark.ts";
import { newCorrelationId } from "./correlation.ts";
import { health, healthOfParts, manifest } from "./health.ts";
import { rememberedKey } from "./kept.ts";
import { opsRoutes } from "./ops.ts";
import type { Platform } from "./platform.ts";
import { secure } from "./security.ts";
import type { AppEnv, Caller } from "./variables.ts";

/** Keeps a request's unit alive for the work that follows its answer. */
type Waiting = { waitUntil(work: Promise<unknown>): void };

type Parts = {
  registry: Registry;
  trustedOrigins: readonly string[];
  /** The platform for one request. */
  platformOf(request: Request, ctx: Waiting): Platform;
  callerOf(request: Request, platform: Platform, correlationId: string): Promise<Caller | Refusal>;
  /** Routes that are no command and no query: files, sockets, the library's `/auth/*`, pages. */
  more(app: Hono<AppEnv>): void;
};

/** Every route there is: those of the contexts, derived, and the few that no context defines. */
export function createApp(parts: Parts): Hono<AppEnv> {
  // Named, so that a route that it can't hold fails at once instead of slowing all others.
  const app = new Hono<AppEnv>({ router: new RegExpRouter() });
  app.use("*", async (c, next) => {
    const start = performance.now();
    const platform = parts.platformOf(c.req.raw, c.executionCtx);
    const line: Record<string, unknown> = {};
    c.set("platform", platform);
    c.set("line", line);
    c.set("correlationId", newCorrelationId(c.req.header("x-correlation-id")));
    await next();
    finish(c.req.raw, c.res, c.get("correlationId"), platform);
    const ms = Math.round((performance.now() - start) * 10) / 10;
    platform.host.log({
      level: c.res.status >= 500 ? "error" : "info",
      unit: "request",
      correlationId: c.get("correlationId"),
      method: c.req.method,
      route: c.req.routePath,
      status: c.res.status,
      ms,
      trips: platform.meter.trips,
      rows: platform.meter.rows,
      ...line,
    });
  });
  const crossOrigin = cors({
    origin: [...parts.trustedOrigins],
    credentials: true,
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-Match",
      "If-None-Match",
      "X-Correlation-Id",
      "X-D1-Bookmark",
      "X-Org-Id",
    ],
    exposeHeaders: [
      "ETag",
      "Idempotent-Replayed",
      "Location",
      "Retry-After",
      "X-Correlation-Id",
      "X-D1-Bookmark",
    ],
    maxAge: 86_400,
  });
  app.use("*", secure);
  // Who sends no Origin asks for none of these headers: and setting them copies the whole answer.
  app.use("*", (c, next) => (c.req.header("origin") === undefined ? next() : crossOrigin(c, next)));
  app.get("/health", health);
  opsRoutes(app);
  app.use("*", async (c, next) => {
    const platform = c.get("platform");
    const key = rememberedKey(c);
    const known = key === undefined ? undefined : await platform.kept.get(key);
    if (known) {
      const within = await platform.within("request", addressOf(c.req.raw));
      return within ? keptAnswer(c, known) : refusalAnswer(c, TOO_MANY);
    }
    const caller = await parts.callerOf(c.req.raw, platform, c.get("correlationId"));
    const refused = "refused" in caller;
    const limitKey = refused ? addressOf(c.req.raw) : caller.limitKey;
    if (!(await platform.within("request", limitKey))) return refusalAnswer(c, TOO_MANY);
    if (refused) return refusalAnswer(c, caller);
    c.set("caller", caller);
    return next();
  });
  app.get("/health/lms", healthOfParts);
  app.get("/lms/manifest", manifest);
  app.post("/lms/commands/:type", (c) => answerByName(c, "commands"));
  app.post("/lms/queries/:type", (c) => answerByName(c, "queries"));
  for (const route of parts.registry.routes) {
    app.on(route.method, route.path, (c) => answerRoute(c, route));
  }
  parts.more(app);
  app.notFound((c) => refusalAnswer(c, refuse("NOT_FOUND", "There is no such route; see /docs")));
  app.onError((error, c) => {
    c.get("line").error = error instanceof Error ? `${error.name}: ${causeOf(error)}` : "unknown";
    return refusalAnswer(
      c,
      refuse("INTERNAL", "Something failed here; nothing was changed by half"),
    );
  });
  return app;
}

const TOO_MANY = refuse("RATE_LIMITED", "Too many requests; wait a little", {
  retryAfterSeconds: 10,
});

/** drizzle's own message holds SQL and parameters: the log gets what the database said. */
const causeOf = (error: Error): string =>
  error.cause instanceof Error ? error.cause.message : error.message;

function finish(
  request: Request,
  answer: Response,
  correlationId: string,
  platform: Platform,
): void {
  if (answer.status === 101) return;
  answer.headers.set("x-correlation-id", correlationId);
  const bookmark = platform.bookmark();
  const development = platform.config.ENVIRONMENT === "development";
  if (bookmark !== undefined) {
    keepBookmark(answer, { request, bookmark, secure: !development });
  }
  if (!development) return;
  const { trips, rows, ms } = platform.meter;
  answer.headers.set("server-timing", `db;desc="${trips} trips ${rows} rows";dur=${ms.toFixed(1)}`);
}
