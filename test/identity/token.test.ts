import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import { issuerUrl, newWorld, rows, signed, type World } from "./world.ts";

const AUDIENCE = "lyceum";
let world: World;
let org: Awaited<ReturnType<World["founded"]>>;

beforeAll(async () => {
  org = await newWorld().founded();
  const orgId = org.orgId;
  world = newWorld({
    issuers: [
      {
        issuer: "https://idp.test",
        audience: AUDIENCE,
        jwksUrl: `${issuerUrl()}/jwks`,
        orgId,
        rolesClaim: "realm.roles",
      },
      {
        issuer: "https://broken.test",
        audience: AUDIENCE,
        jwksUrl: `${issuerUrl()}/broken`,
        orgId,
      },
    ],
  });
});

const seconds = (): number => Math.floor(Date.now() / 1_000);
const claims = (given: object = {}) => ({
  iss: "https://idp.test",
  aud: AUDIENCE,
  sub: newId(),
  iat: seconds(),
  exp: seconds() + 300,
  name: "Grace",
  realm: { roles: ["learner", "offline_access"] },
  ...given,
});
const me = (token: string) => world.call("GET", "/lms/me", { token });
const base64 = (value: unknown) => btoa(JSON.stringify(value)).replaceAll("=", "");

describe("a token of a configured issuer", () => {
  it("makes a learner at first, named by issuer and subject, and is the same one ever after", async () => {
    const payload = claims({ email: org.founder.email, email_verified: true });
    const first = await me(await signed({ payload }));
    expect(first.body).toMatchObject({
      organizationId: org.orgId,
      displayName: "Grace",
      email: org.founder.email,
      roles: ["learner"],
    });
    expect(first.body.id).not.toBe(org.founder.userId);
    const second = await me(await signed({ payload: { ...payload, iat: seconds() - 1 } }));
    expect(second.body.id).toBe(first.body.id);
    expect(second.trips).toBe(2);
    const accounts = await rows("select * from account where account_id = ?", payload.sub);
    expect(accounts.length).toBe(1);
  });

  it("whose first tokens come at once makes one person", async () => {
    const payload = claims();
    const tokens = await Promise.all(
      [0, 1, 2, 3].map((age) => signed({ payload: { ...payload, iat: seconds() - age } })),
    );
    const ids = (await Promise.all(tokens.map(me))).map((one) => one.body.id);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toBeDefined();
  });

  it("has the roles that both its claims and its membership give", async () => {
    const payload = claims({ realm: { roles: ["learner", "instructor", "lms-admin"] } });
    const { body } = await me(await signed({ payload }));
    await rows("update member set role = 'learner,instructor' where user_id = ?", body.id);
    const actors = async (roles: unknown) => {
      const token = await signed({ payload: { ...payload, realm: { roles }, jti: newId() } });
      const answer = await world.call("PATCH", "/lms/me", { token, body: { locale: "en" } });
      return answer.status;
    };
    expect(await actors(["instructor"])).toBe(200);
    expect(await actors("learner")).toBe(200);
    expect(await actors(["lms-admin", "org-admin"])).toBe(403);
    expect(await actors([])).toBe(403);
    expect(await actors({ learner: true })).toBe(403);
  });

  it("is refused with another audience, issuer, key, a shared secret, no signature or no subject", async () => {
    const good = await signed({ payload: claims() });
    const [, body] = good.split(".");
    const bad = {
      audience: await signed({ payload: claims({ aud: "another" }) }),
      issuer: await signed({ payload: claims({ iss: "https://other.test" }) }),
      key: await signed({ payload: claims(), by: "unpublished" }),
      kid: await signed({ payload: claims(), kid: "unknown" }),
      secret: await signed({ payload: claims(), by: "shared-secret" }),
      none: `${base64({ alg: "none" })}.${body}.`,
      swapped: `${good.split(".")[0]}.${base64(claims())}.${good.split(".")[2]}`,
      subject: await signed({ payload: claims({ sub: undefined }) }),
      expiry: await signed({ payload: claims({ exp: undefined }) }),
      early: await signed({ payload: claims({ nbf: seconds() + 100 }) }),
    };
    for (const [why, token] of Object.entries(bad)) {
      const answer = await me(token);
      expect([why, answer.status, answer.body.code]).toEqual([why, 401, "UNAUTHENTICATED"]);
    }
    expect((await me(good)).status).toBe(200);
  });

  it("that has expired says so", async () => {
    const answer = await me(await signed({ payload: claims({ exp: seconds() - 1 }) }));
    expect([answer.status, answer.body.code]).toEqual([401, "TOKEN_EXPIRED"]);
  });

  it("of a person who was removed brings nobody back", async () => {
    const payload = claims();
    const { body } = await me(await signed({ payload }));
    await rows("delete from member where user_id = ?", body.id);
    const answer = await me(await signed({ payload: { ...payload, jti: "again" } }));
    expect([answer.status, answer.body.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("acts nowhere else, and reaches nothing of /auth", async () => {
    const other = await world.founded();
    const token = await signed({ payload: claims() });
    const headers = { "x-org-id": other.orgId };
    expect((await world.call("GET", "/lms/me", { token, headers })).status).toBe(404);
    expect(
      (await world.post("/organization/leave", { organizationId: org.orgId }, token)).status,
    ).toBe(401);
  });

  it("can't be judged while the issuer's keys can't be read: busy, not wrong", async () => {
    const answer = await me(await signed({ payload: claims({ iss: "https://broken.test" }) }));
    expect([answer.status, answer.body.code]).toEqual([503, "OVERLOADED"]);
  });
});
