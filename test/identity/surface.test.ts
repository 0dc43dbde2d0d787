import { describe, expect, it } from "vitest";
import { AUTH_ROUTES } from "../../src/identity/auth-surface.ts";
import { newWorld, ORIGIN, rows } from "./world.ts";

const world = newWorld();
const GARBAGE = ["", "%", "'; drop table user; --", "\u0000", "x".repeat(3_000), 17, null, [], {}];

const send = (method: string, path: string, input: Record<string, unknown>, token?: string) => {
  const auth = token === undefined ? {} : { token };
  if (method === "POST") return world.call("POST", `/auth${path}`, { body: input, ...auth });
  const query = new URLSearchParams(
    Object.entries(input).map(([name, value]) => [name, String(value)]),
  );
  return world.call("GET", `/auth${path}?${query}`, auth);
};

describe("every listed route", () => {
  it("meets nothing, garbage in every field, and fields that it does not know, without a fault", async () => {
    const { founder } = await world.founded();
    for (const { method, path, input } of AUTH_ROUTES) {
      const names = Object.keys(input.shape);
      const filled = (value: unknown) => Object.fromEntries(names.map((name) => [name, value]));
      const asked = [{}, { unknown: 1 }, ...GARBAGE.map(filled)];
      for (const fields of asked) {
        for (const token of [undefined, founder.token]) {
          if (token !== undefined && /sign-out|leave/.test(path)) continue;
          const answer = await send(method, path.replace(":token", "nothing"), fields, token);
          if (answer.status >= 500) expect([path, fields, answer.body]).toBe("no fault");
        }
      }
      const unknown = await send(method, path.replace(":token", "nothing"), { unknown: 1 });
      expect([path, unknown.status]).toEqual([path, 400]);
    }
  });

  it("that takes a body refuses what is no JSON, and what is too large, before the library sees it", async () => {
    const post = (body: string) =>
      world.raw("/auth/sign-in/email", {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
    expect((await post("{")).body.code).toBe("MALFORMED_JSON");
    expect((await post(`"${"x".repeat(2 * 1024 * 1024)}"`)).status).toBe(413);
  });
});

describe("what people do besides", () => {
  it("changing a password, ending the other sessions, and signing in by the new one", async () => {
    const { email, token } = await world.signUp();
    const other = await world.post("/sign-in/email", { email, password: "correct horse battery" });
    const changed = await world.post(
      "/change-password",
      { currentPassword: "correct horse battery", newPassword: "a new horse battery" },
      token,
    );
    expect(changed.status).toBe(200);
    expect((await world.post("/revoke-other-sessions", {}, token)).status).toBe(200);
    const session = async (one: string) =>
      (await world.call("GET", "/auth/get-session", { token: one })).body;
    expect(await session(other.body.token)).toBeNull();
    expect(await session(token)).toMatchObject({ user: { email } });
    const again = await world.post("/sign-in/email", { email, password: "a new horse battery" });
    expect(again.status).toBe(200);
  });

  it("following the link of a forgotten password to one's own front end", async () => {
    const { email } = await world.signUp();
    await world.post("/request-password-reset", { email, redirectTo: "https://front.test/new" });
    const mail = await world.lastMail(email);
    const link = /https:\/\/lyceum\.test\S+/.exec(mail.text ?? "")?.[0] ?? "";
    const answer = await world.call("GET", link.slice(ORIGIN.length));
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toMatch(/^https:\/\/front\.test\/new\?token=\w+/);
  });

  it("asking for the mail of verification again, and being told when its link is none", async () => {
    const { email } = await world.signUp();
    expect((await world.post("/send-verification-email", { email })).status).toBe(200);
    expect((await world.mailsTo(email)).length).toBe(2);
    const bad = await world.call("GET", "/auth/verify-email?token=nothing");
    expect([bad.status, bad.body.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("looking at, declining, taking back and resending invitations", async () => {
    const { founder, orgId } = await world.founded();
    const guest = await world.verified("Guest");
    const invite = (rest = {}) =>
      world.post(
        "/organization/invite-member",
        { email: guest.email, role: "learner", organizationId: orgId, ...rest },
        founder.token,
      );
    const first = await invite();
    expect([(await invite()).status, (await invite({ resend: true })).status]).toEqual([409, 200]);
    const shown = await world.call("GET", `/auth/organization/get-invitation?id=${first.body.id}`, {
      token: guest.token,
    });
    expect(shown.body).toMatchObject({ organizationName: "School", role: "learner" });
    const mine = await world.call("GET", "/auth/organization/list-user-invitations", {
      token: guest.token,
    });
    expect(mine.body).toHaveLength(1);
    const invitation = { invitationId: first.body.id };
    expect(
      (await world.post("/organization/reject-invitation", invitation, guest.token)).status,
    ).toBe(200);
    const second = await invite();
    const taken = await world.post(
      "/organization/cancel-invitation",
      { invitationId: second.body.id },
      founder.token,
    );
    expect(taken.status).toBe(200);
    const late = await world.post(
      "/organization/accept-invitation",
      { invitationId: second.body.id },
      guest.token,
    );
    expect(late.status).toBe(404);
  });

  it("taking a slug that is taken is a duplicate, when it is founded and when it is renamed", async () => {
    const { slug } = await world.founded();
    const { founder, orgId } = await world.founded();
    const made = await world.post("/organization/create", { name: "B", slug }, founder.token);
    expect([made.status, made.body.code]).toEqual([409, "DUPLICATE"]);
    const renamed = await world.post(
      "/organization/update",
      { organizationId: orgId, data: { slug } },
      founder.token,
    );
    expect([renamed.status, renamed.body.code]).toEqual([409, "DUPLICATE"]);
  });

  it("listing one's own keys, without what opens anything", async () => {
    const { founder } = await world.founded();
    const { id } = await world.keyOf(founder, { name: "mine" });
    const { body } = await world.call("GET", "/auth/api-key/list", { token: founder.token });
    const [stored] = await rows("select key from apikey where id = ?", id);
    expect(body.apiKeys).toEqual([expect.objectContaining({ id, name: "mine" })]);
    expect(JSON.stringify(body)).not.toContain(String(stored?.key));
  });
});
