import type { Context, Hono } from "hono";
import { constantTimeEqual } from "../kernel/constant-time.ts";
import { refuse } from "../kernel/error.ts";
import { dispatch } from "../kernel/mediator.ts";
import { systemActor } from "../kernel/permission.ts";
import { languageOf } from "../notifications/statements.ts";
import { readToken } from "../notifications/unsubscribe.ts";
import { refusalAnswer } from "./answer.ts";
import { unsubscribePage } from "./pages/unsubscribe.ts";
import type { AppEnv } from "./variables.ts";

type Ctx = Context<AppEnv>;

const BAD_TOKEN = refuse(
  "INVALID_SIGNATURE",
  "This link is not one that a mail carried; change your notification preferences instead",
);
const NO_STORE = { "cache-control": "no-store", vary: "Accept, Accept-Language" };

/** `/lms/unsubscribe`: its signed token says whose mails of which kind end; nobody signs in for it. */
export function unsubscribeRoutes(app: Hono<AppEnv>): void {
  app.get("/lms/unsubscribe", async (c) => {
    const asked = await signedBy(c);
    if (!asked) return refusalAnswer(c, BAD_TOKEN);
    const { kind, token } = asked;
    return c.html(await unsubscribePage({ language: languageFor(c), kind, token }), 200, NO_STORE);
  });
  app.post("/lms/unsubscribe", unsubscribe);
}

/** RFC 8058: a mail program posts here without a look; what it sends as body says nothing more. */
async function unsubscribe(c: Ctx): Promise<Response> {
  const asked = await signedBy(c);
  if (!asked) return refusalAnswer(c, BAD_TOKEN);
  const { orgId, memberId, kind } = asked;
  const { host, registry } = c.get("platform");
  Object.assign(c.get("line"), { orgId, actorId: "system", type: "lms.notification.unsubscribe" });
  const outcome = await dispatch(host, registry, {
    type: "lms.notification.unsubscribe",
    payload: { memberId, kind },
    actor: systemActor(orgId),
    correlationId: c.get("correlationId"),
  });
  if (!outcome.ok) return refusalAnswer(c, outcome.refusal);
  return /\btext\/html\b/.test(c.req.header("accept") ?? "")
    ? c.html(await unsubscribePage({ language: languageFor(c), kind }), 200, NO_STORE)
    : c.json(outcome.answer as Record<string, unknown>, 200, NO_STORE);
}

async function signedBy(c: Ctx) {
  const token = c.req.query("token") ?? "";
  const read = readToken(token);
  if (!read) return undefined;
  const expected = await c.get("platform").host.ports.sign(read.message);
  return (await constantTimeEqual(expected, read.signature)) ? { ...read, token } : undefined;
}

const languageFor = (c: Ctx) => languageOf(c.req.header("accept-language"));
