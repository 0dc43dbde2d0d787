import type { Context, Hono } from "hono";
import { type AuthRoute, authRouteOf } from "../identity/auth-surface.ts";
import {
  refuseForeignOrigin,
  type Shown,
  sessionCookie,
  shownBy,
  signedToken,
} from "../identity/credential.ts";
import { refusalOf, refusalThrown } from "../identity/library-fault.ts";
import { settleSyncs } from "../identity/sync.ts";
import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import { wantTask } from "../kernel/outbox.ts";
import { invalid } from "../kernel/outcome.ts";
import { addressOf } from "./address.ts";
import { refusalAnswer } from "./answer.ts";
import { bodyOf, queryOf } from "./input.ts";
import type { AppEnv } from "./variables.ts";

type Ctx = Context<AppEnv>;
export type AuthConfig = { secret: string; origin: string; trustedOrigins: readonly string[] };

const CHANGES_MEMBERS = /^\/(organization|api-key|update-user)/;

/** Mounts the library's routes that `AUTH_ROUTES` lists; the rest of it can't be reached. */
export function authRoutes(app: Hono<AppEnv>, config: AuthConfig): void {
  app.all("/auth/*", async (c) => {
    const answer = await answered(c, config);
    return isRefusal(answer) ? refusalAnswer(c, answer) : answer;
  });
}

async function answered(c: Ctx, config: AuthConfig): Promise<Response | Refusal> {
  const path = c.req.path.slice("/auth".length);
  const route = authRouteOf(c.req.method, path);
  if (!route) return refuse("NOT_FOUND", "There is no such route; see /docs");
  const { platform } = c.var;
  if (route.slow && !(await platform.within("sign-in", addressOf(c.req.raw)))) {
    return refuse("RATE_LIMITED", "Too many tries; wait a minute", { retryAfterSeconds: 60 });
  }
  const shown = await sessionAlone(c.req.raw, config);
  if (isRefusal(shown)) return shown;
  const input = await inputOf(c, route);
  if (isRefusal(input)) return input;
  const request = await requestFor({ c, route, path, input, shown, config });
  return carryOut(c, config, request, path);
}

/** Only a session reaches these routes. A cookie that has ended is no hindrance to signing in. */
async function sessionAlone(request: Request, config: AuthConfig): Promise<Shown | Refusal> {
  const seen = await shownBy(request.headers, config);
  const byHeader = request.headers.has("authorization");
  if (isRefusal(seen) && byHeader) return seen;
  const shown: Shown = isRefusal(seen) ? { kind: "none" } : seen;
  if (shown.kind === "key" || shown.kind === "token") {
    return refuse(
      "UNAUTHENTICATED",
      "/auth is for sessions alone, not for keys and tokens; sign in",
    );
  }
  const fromBrowser = request.headers.has("origin") || (shown.kind === "session" && shown.byCookie);
  const foreign =
    fromBrowser &&
    !byHeader &&
    refuseForeignOrigin(request, [config.origin, ...config.trustedOrigins]);
  return foreign || shown;
}

async function inputOf(c: Ctx, route: AuthRoute): Promise<Record<string, unknown> | Refusal> {
  const read = route.method === "GET" ? { fields: queryOf(c) } : await bodyOf(c);
  if ("refusal" in read) return read.refusal;
  const parsed = route.input.safeParse(read.fields);
  return parsed.success ? parsed.data : invalid(parsed.error);
}

type Forwarded = {
  c: Ctx;
  route: AuthRoute;
  path: string;
  input: Record<string, unknown>;
  shown: Shown;
  config: AuthConfig;
};

/** A request of our own making: the library sees what was checked, and no header beside. */
async function requestFor({ c, route, path, input, shown, config }: Forwarded): Promise<Request> {
  const { secret, origin } = config;
  const url = new URL(`${origin}/auth${path}`);
  const headers = new Headers({ origin });
  const language = c.req.header("accept-language");
  if (language !== undefined) headers.set("accept-language", language);
  if (shown.kind === "session") {
    const own = `${sessionCookie(origin)}=${await signedToken(shown.token, secret)}`;
    headers.set("cookie", shown.byCookie ? (c.req.header("cookie") ?? own) : own);
  }
  if (route.method === "GET") {
    for (const [name, value] of Object.entries(input)) url.searchParams.set(name, String(value));
    return new Request(url, { headers });
  }
  headers.set("content-type", "application/json");
  return new Request(url, { method: "POST", headers, body: JSON.stringify(input) });
}

async function carryOut(
  c: Ctx,
  { secret, origin, trustedOrigins }: AuthConfig,
  request: Request,
  path: string,
): Promise<Response | Refusal> {
  const { host, registry } = c.var.platform;
  const { createAuth } = await import("../identity/auth.ts");
  // The library swallows what a mail's callback throws: a mail that can't be wanted fails the request here.
  const unsent: unknown[] = [];
  const auth = createAuth({
    database: host.databaseFor("*"),
    secret,
    origin,
    trustedOrigins,
    names: [...registry.commands.keys(), ...registry.queries.keys()],
    id: host.id,
    mail: async (wanted, orgId) => {
      try {
        await wantTask(host, wanted(), { orgId, correlationId: c.get("correlationId") });
      } catch (error) {
        unsent.push(error);
      }
    },
  });
  let answer: Response;
  try {
    answer = await auth.handler(request);
  } catch (error) {
    const refusal = refusalThrown(error);
    if (!refusal) throw error;
    return refusal;
  }
  if (unsent.length > 0) throw unsent[0];
  if (answer.status >= 400) {
    const refusal = refusalOf(answer.status, await answer.json().catch(() => null));
    if (!refusal)
      throw new Error(`The authentication library answered ${answer.status} to ${path}`);
    return refusal;
  }
  if (request.method === "POST" && CHANGES_MEMBERS.test(path)) {
    await settleSyncs(host, registry, c.get("correlationId"));
  }
  const headers = new Headers(answer.headers);
  headers.set("cache-control", "no-store");
  if (answer.status >= 300) headers.delete("content-type");
  return new Response(answer.body, { status: answer.status, headers });
}
