import { describe, expect, it } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { operatorOf } from "../../src/http/operator.ts";
import { newId } from "../../src/kernel/id.ts";
import { newWorld, ORIGIN, rows } from "./world.ts";

const world = newWorld({ hosts: { "lyceum.test": "never-made" } });

/** A person with a cookie as the browser keeps it. */
async function browser() {
  const { founder, orgId, slug } = await world.founded();
  const answer = await world.call("POST", "/auth/sign-in/email", {
    body: { email: founder.email, password: "correct horse battery" },
    headers: { origin: ORIGIN },
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { founder, orgId, slug, cookie, set: answer.headers.get("set-cookie") ?? "" };
}
const patch = (ask: object) =>
  world.call("PATCH", "/lms/me", { body: { displayName: "Changed" }, ...ask });

describe("a cookie", () => {
  it("is for https and our own pages alone, and is read like any session", async () => {
    const { cookie, set, founder } = await browser();
    expect(cookie).toMatch(/^__Secure-lyceum\.session_token=/);
    expect(set).toMatch(/HttpOnly/i);
    expect(set).toMatch(/SameSite=Lax/i);
    expect((await world.call("GET", "/lms/me", { cookie })).body.id).toBe(founder.userId);
  });

  it("writes from our origin or a trusted one, never from another or from nowhere", async () => {
    const { cookie } = await browser();
    for (const origin of ["https://evil.test", "null", "http://lyceum.test", undefined]) {
      const answer = await patch({ cookie, headers: origin ? { origin } : {} });
      expect([origin, answer.status, answer.body.code]).toEqual([origin, 403, "PERMISSION_DENIED"]);
    }
    for (const origin of [ORIGIN, "https://front.test"]) {
      expect((await patch({ cookie, headers: { origin } })).status).toBe(200);
    }
  });

  it("changes nothing at /auth from a foreign page either, nor signs anybody in from there", async () => {
    const { cookie, founder, slug } = await browser();
    const foreign = { origin: "https://evil.test" };
    const founded = await world.call("POST", "/auth/organization/create", {
      body: { name: "Evil", slug: "evil" },
      cookie,
      headers: foreign,
    });
    expect(founded.status).toBe(403);
    const signedIn = await world.call("POST", "/auth/sign-in/email", {
      body: { email: founder.email, password: "correct horse battery" },
      headers: foreign,
    });
    expect(signedIn.status).toBe(403);
    expect(await rows("select id from organization where slug = 'evil'")).toEqual([]);
    const own = await world.call("POST", "/auth/organization/update", {
      body: { data: { name: "Renamed" } },
      cookie,
      headers: { origin: ORIGIN },
    });
    expect(own.status).toBe(200);
    const [named] = await rows("select name from organization where slug = ?", slug);
    expect(named?.name).toBe("Renamed");
  });

  it("with a signature that is not ours is refused, and does not hinder signing in", async () => {
    const { cookie, founder } = await browser();
    const forged = `${cookie.slice(0, -12)}AAAAAAAAA%3D`;
    expect((await world.call("GET", "/lms/me", { cookie: forged })).status).toBe(401);
    const signIn = (origin: string) =>
      world.call("POST", "/auth/sign-in/email", {
        body: { email: founder.email, password: "correct horse battery" },
        cookie: forged,
        headers: { origin },
      });
    expect((await signIn(ORIGIN)).status).toBe(200);
    expect((await signIn("https://evil.test")).status).toBe(403);
  });
});

describe("a bad credential", () => {
  it("is 401 and never passed over, even where nobody needs to sign in", async () => {
    const { cookie, orgId } = await browser();
    for (const authorization of [
      "Bearer lk_unknown",
      "Bearer nobodys-session",
      "Bearer a.b.c",
      "Bearer token.signature",
      "Bearer",
      "Basic dXNlcjpwYXNz",
      "lk_naked",
    ]) {
      const headers = { authorization, "x-org-id": orgId };
      const answer = await world.call("GET", "/lms/me", { headers, cookie });
      expect([authorization, answer.status, answer.body.code]).toEqual([
        authorization,
        401,
        "UNAUTHENTICATED",
      ]);
    }
  });

  it("of the operator opens nothing of /lms, and a wrong one opens nothing at all", async () => {
    const key = "the operator's key of these tests, and long".replaceAll(" ", "-");
    const sent = (token: string) =>
      new Request(`${ORIGIN}/ops/jobs`, { headers: { authorization: `Bearer ${token}` } });
    expect(await operatorOf(sent(key), key)).toMatchObject({ id: "operator", type: "system" });
    expect(await operatorOf(sent(`${key}x`), key)).toMatchObject({ refused: "UNAUTHENTICATED" });
    expect((await world.call("GET", "/lms/me", { token: key })).status).toBe(401);
  });
});

describe("the organization", () => {
  it("is the active one, the only one, or what X-Org-Id chooses among one's own", async () => {
    const first = await world.founded();
    const { token } = first.founder;
    const made = await world.post("/organization/create", { name: "B", slug: "second" }, token);
    const orgOf = async (org?: string) =>
      (await world.call("GET", "/lms/me", { token, headers: org ? { "x-org-id": org } : {} })).body
        .organizationId;
    expect(await orgOf(first.slug)).toBe(first.orgId);
    expect(await orgOf("second")).toBe(made.body.id);
    await world.post("/organization/set-active", { organizationId: first.orgId }, token);
    const now = clock.now();
    clock.now = () => now + 31_000;
    expect(await orgOf()).toBe(first.orgId);
    clock.now = () => Date.now();
    await rows("update session set active_organization_id = null where token = ?", token);
    clock.now = () => now + 62_000;
    const unclear = await world.call("GET", "/lms/me", { token });
    clock.now = () => Date.now();
    expect([unclear.status, unclear.body.errors[0]?.path]).toEqual([400, "X-Org-Id"]);
    const stranger = await world.founded();
    expect(
      (
        await world.call("GET", "/lms/me", {
          token,
          headers: { "x-org-id": stranger.orgId },
        })
      ).status,
    ).toBe(404);
  });

  it("of a caller without an actor is named by header, query or host, or asked for", async () => {
    const { orgId, slug } = await world.founded();
    const asked = (path: string, headers = {}) => world.call("GET", path, { headers });
    for (const answer of [
      await asked("/lms/me", { "x-org-id": orgId }),
      await asked("/lms/me", { "x-org-id": slug }),
      await asked(`/lms/me?org=${slug}`),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([401, "UNAUTHENTICATED"]);
    }
    const byHost = await asked("/lms/me");
    expect([byHost.status, byHost.body.detail]).toEqual([404, "Organization not found"]);
    const nameless = newWorld();
    const none = await nameless.call("GET", "/lms/me");
    expect([none.status, none.body.code]).toEqual([400, "VALIDATION_FAILED"]);
    expect(none.trips).toBe(0);
    expect((await nameless.call("GET", "/lms/manifest")).status).toBe(200);
  });
});

describe("what finding the caller costs", () => {
  it("is one round trip the first time and none for 30 s, by session, cookie and key", async () => {
    const { founder, cookie } = await browser();
    const { key } = await world.keyOf(founder);
    const fresh = await world.post("/sign-in/email", {
      email: founder.email,
      password: "correct horse battery",
    });
    for (const ask of [{ cookie }, { token: key }, { token: String(fresh.body.token) }]) {
      const trips = [];
      for (const _ of [1, 2]) trips.push((await world.call("GET", "/lms/me", ask)).trips);
      expect(trips).toEqual([2, 1]);
      const body = { displayName: `Named ${newId()}` };
      const written = await world.call("PATCH", "/lms/me", {
        ...ask,
        body,
        headers: { origin: ORIGIN },
      });
      expect([written.status, written.trips]).toEqual([200, 2]);
      const now = clock.now();
      clock.now = () => now + 30_001;
      expect((await world.call("GET", "/lms/me", ask)).trips).toBe(2);
      clock.now = () => Date.now();
    }
  });

  it("is one for an organization that is named, and none while it is remembered", async () => {
    const { slug } = await world.founded();
    const trips = [];
    for (const _ of [1, 2]) trips.push((await world.call("GET", `/lms/me?org=${slug}`)).trips);
    expect(trips).toEqual([1, 0]);
  });
});

describe("a suspended member", () => {
  it("is refused by the next command, and by every query once the isolate has forgotten it", async () => {
    const { founder, orgId } = await world.founded();
    const { token, userId } = founder;
    expect((await world.call("GET", "/lms/me", { token })).status).toBe(200);
    await rows(
      "update lms_members set suspended_at = 1 where organization_id = ? and user_id = ?",
      orgId,
      userId,
    );
    const write = await patch({ token });
    expect([write.status, write.body.code]).toEqual([403, "SUSPENDED"]);
    const now = clock.now();
    clock.now = () => now + 31_000;
    const read = await world.call("GET", "/lms/me", { token });
    clock.now = () => Date.now();
    expect([read.status, read.body.code]).toEqual([403, "SUSPENDED"]);
  });
});

describe("a remembered caller", () => {
  it("commands nothing any more with a session, a membership or a role that has ended", async () => {
    const org = await world.founded();
    const gone = await world.joined(org, "learner");
    const out = await world.joined(org, "learner");
    for (const { token } of [gone, out]) {
      expect((await world.call("GET", "/lms/me", { token })).status).toBe(200);
    }
    await world.post("/sign-out", {}, out.token);
    await world.post(
      "/organization/remove-member",
      { memberIdOrEmail: gone.memberId, organizationId: org.orgId },
      org.founder.token,
    );
    for (const { token } of [gone, out]) {
      const write = await patch({ token });
      expect([write.status, write.body.code]).toEqual([401, "UNAUTHENTICATED"]);
    }
  });
});
