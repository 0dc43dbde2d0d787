import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { databases, type Meter, newMeter } from "../../src/cloudflare/d1.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { createApp } from "../../src/http/app.ts";
import { authRoutes } from "../../src/http/auth-routes.ts";
import { type AuthenticateConfig, authenticate } from "../../src/http/authenticate.ts";
import { mailboxRoute } from "../../src/http/mailbox.ts";
import type { Platform } from "../../src/http/platform.ts";
import { standing } from "../../src/identity/statements.ts";
import { newId } from "../../src/kernel/id.ts";
import type { Host, LogLine, TaskRef } from "../../src/kernel/ports.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { lms } from "../../src/lms.ts";
import type { SignAsk } from "../harness/issuer.ts";

// SAFETY: wrangler.toml binds what Env names.
const { DB } = env as unknown as Env;
export const ORIGIN = "https://lyceum.test";
export const registry = lms;

type Json = Record<string, unknown>;
/** What these tests look at in answers, problems among them. */
type Body = Json & {
  id: string;
  code: string;
  detail: string;
  token: string;
  user?: { id: string };
  member?: { id: string };
  data: Record<string, string>[];
  errors: { path: string }[];
  members: unknown[];
};
export type Answer = { status: number; headers: Headers; body: Body; trips: number };
type Ask = { body?: unknown; token?: string; cookie?: string; headers?: Record<string, string> };

/** Identity and notifications over the real D1; what is sent to queues is kept until `drain()`. */
export function newWorld(given: Partial<AuthenticateConfig> = {}) {
  const sent: TaskRef[] = [];
  const lines: LogLine[] = [];
  const config: AuthenticateConfig = {
    secret: "a secret of tests, long enough to sign with",
    origin: ORIGIN,
    trustedOrigins: ["https://front.test"],
    issuers: [],
    hosts: {},
    ...given,
  };
  const hostOn = (meter: Meter, ctx: Pick<ExecutionContext, "waitUntil">): Host => {
    const opened = databases(DB, meter, undefined);
    return {
      now: () => clock.now(),
      id: newId,
      settings: {},
      databaseFor: (_, freshness = "primary") => opened.for(freshness),
      databaseNameOf: () => "DB",
      standing,
      seats: { reserve: () => Promise.reject(new Error("No command here takes a seat")) },
      // SAFETY: no step and no query of these contexts reaches for more than the origin.
      ports: { origin: ORIGIN } as unknown as Host["ports"],
      send: async ({ tasks }) => {
        sent.push(...tasks);
      },
      after: (work) => ctx.waitUntil(work()),
      log: (line) => lines.push(line),
    };
  };
  const callerOf = authenticate(config);
  let meter = newMeter();
  const app = createApp({
    registry,
    trustedOrigins: config.trustedOrigins,
    platformOf: (_, ctx): Platform => ({
      registry,
      host: hostOn(meter, ctx),
      meter,
      config: {
        ENVIRONMENT: "development",
        ORIGIN,
        OPERATOR_KEY: "the operator's key of these tests, and long",
        TRUSTED_ORIGINS: config.trustedOrigins,
        SETTINGS: {},
      },
      bookmark: () => undefined,
      within: async () => true,
      kept: { get: async () => undefined, put: () => undefined },
    }),
    callerOf,
    more: (on) => {
      authRoutes(on, config);
      mailboxRoute(on);
    },
  });

  async function raw(path: string, init: RequestInit): Promise<Answer> {
    meter = newMeter();
    const mine = meter;
    const ctx = createExecutionContext();
    const request = new Request(`${ORIGIN}${path}`, { ...init, redirect: "manual" });
    const answer = await app.fetch(request, env, ctx);
    const { trips } = mine;
    await waitOnExecutionContext(ctx);
    const text = await answer.text();
    const json = answer.headers.get("content-type")?.includes("json") && text !== "";
    const body = (json ? JSON.parse(text) : { text }) as Body;
    return { status: answer.status, headers: answer.headers, body, trips };
  }

  function call(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    const headers = new Headers(ask.headers);
    if (ask.token !== undefined) headers.set("authorization", `Bearer ${ask.token}`);
    if (ask.cookie !== undefined) headers.set("cookie", ask.cookie);
    if (ask.body === undefined) return raw(path, { method, headers });
    headers.set("content-type", "application/json");
    return raw(path, { method, headers, body: JSON.stringify(ask.body) });
  }

  async function drain(): Promise<void> {
    for (let ref = sent.shift(); ref; ref = sent.shift()) await runTask(host(), registry, ref);
  }
  const host = () => hostOn(newMeter(), { waitUntil: () => undefined });

  return { raw, call, drain, host, sent, lines, config, ...people(call, drain) };
}

export type World = ReturnType<typeof newWorld>;
type Call = (method: string, path: string, ask?: Ask) => Promise<Answer>;

/** What people do, in the words of the tests. */
function people(call: Call, drain: () => Promise<void>) {
  const post = (path: string, body: unknown, token?: string) =>
    call("POST", `/auth${path}`, { body, ...(token === undefined ? {} : { token }) });

  async function signUp(name = "Ada", email = `${newId()}@people.test`) {
    const answer = await post("/sign-up/email", { name, email, password: "correct horse battery" });
    return {
      token: String(answer.body.token),
      email,
      userId: String(answer.body.user?.id),
      answer,
    };
  }

  async function mailsTo(recipient: string) {
    await drain();
    const { body } = await call("GET", `/dev/mailbox?recipient=${encodeURIComponent(recipient)}`);
    return body.data;
  }

  async function lastMail(recipient: string) {
    const [mail] = await mailsTo(recipient);
    if (!mail) throw new Error(`No mail has come to ${recipient}`);
    return mail;
  }

  async function verified(name?: string) {
    const person = await signUp(name);
    const link = /https:\/\/\S+/.exec((await lastMail(person.email)).text ?? "")?.[0] ?? "";
    await call("GET", link.slice(ORIGIN.length));
    return person;
  }

  async function founded() {
    const founder = await verified("Founder");
    const slug = `school-${newId()}`.slice(0, 60);
    const made = await post("/organization/create", { name: "School", slug }, founder.token);
    return { founder, orgId: String(made.body.id), slug };
  }

  /** Somebody invited with these roles, who has accepted. */
  async function joined(
    org: { founder: { token: string }; orgId: string },
    role: string,
    name?: string,
  ) {
    const person = await verified(name);
    const { orgId } = org;
    const sentTo = { email: person.email, role, organizationId: orgId };
    const invited = await post("/organization/invite-member", sentTo, org.founder.token);
    const accepted = await post(
      "/organization/accept-invitation",
      { invitationId: invited.body.id },
      person.token,
    );
    return { ...person, memberId: String(accepted.body.member?.id), invited, accepted };
  }

  async function keyOf(person: { token: string }, ask: Json = {}) {
    const answer = await post("/api-key/create", ask, person.token);
    return { key: String(answer.body.key), id: String(answer.body.id), answer };
  }

  return { post, signUp, lastMail, mailsTo, verified, founded, joined, keyOf };
}

export const rows = async <T = Record<string, string | number | null>>(
  sql: string,
  ...values: unknown[]
): Promise<T[]> =>
  (
    await DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results;

export const issuerUrl = (): string => inject("issuerUrl");

export async function signed(ask: SignAsk): Promise<string> {
  const answer = await fetch(`${issuerUrl()}/sign`, { method: "POST", body: JSON.stringify(ask) });
  return answer.text();
}
