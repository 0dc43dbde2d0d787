import { describe, expect, it } from "vitest";
import { newWorld, ORIGIN, rows } from "./world.ts";

const world = newWorld();
const linkIn = (text = "") => (/https:\/\/\S+/.exec(text)?.[0] ?? "").slice(ORIGIN.length);

describe("signing up", () => {
  it("leads to an organization whose founder is a member of it when that has answered", async () => {
    const { token, email, userId, answer } = await world.signUp("Ada Lovelace");
    expect(answer.status).toBe(200);
    const mail = await world.lastMail(email);
    expect(mail.subject).toBe("Confirm your address");
    expect(mail.html).toContain("Ada Lovelace");
    expect((await world.call("GET", linkIn(mail.text))).status).toBe(302);
    const made = await world.post("/organization/create", { name: "School", slug: "ada" }, token);
    expect(made.status).toBe(200);
    const me = await world.call("GET", "/lms/me", { token });
    expect(me.body).toMatchObject({
      id: userId,
      displayName: "Ada Lovelace",
      email,
      organizationId: made.body.id,
      roles: ["lms-admin", "org-admin"],
      version: 1,
    });
    const events = await rows(
      "select * from domain_event_log where organization_id = ?",
      made.body.id,
    );
    expect(events.map((one) => [one.event_name, one.aggregate_version])).toEqual([
      ["member.updated", 1],
    ]);
    expect(events[0]?.correlation_id).toBe(made.headers.get("x-correlation-id"));
    expect(events[0]?.payload).not.toContain("Ada");
  });

  it("names every fault, takes no field it does not know, and writes nothing", async () => {
    const before = await rows("select count(*) as n from user");
    const answer = await world.post("/sign-up/email", {
      name: "",
      email: "nobody",
      password: "short",
      role: "lms-admin",
    });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe("VALIDATION_FAILED");
    const paths = answer.body.errors.map((one: { path: string }) => one.path);
    expect(paths.toSorted()).toEqual(["email", "name", "password", "role"]);
    expect(await rows("select count(*) as n from user")).toEqual(before);
  });

  it("with an address that has an account is a duplicate", async () => {
    const { email } = await world.signUp();
    const again = await world.post("/sign-up/email", { name: "B", email, password: "12345678" });
    expect([again.status, again.body.code]).toEqual([409, "DUPLICATE"]);
  });

  it("a mail that says its words in Russian escapes what a person wrote", async () => {
    const email = "boris@people.test";
    await world.call("POST", "/auth/sign-up/email", {
      body: { name: "<b>Борис</b>", email, password: "12345678" },
      headers: { "accept-language": "ru-RU,ru;q=0.9,en;q=0.8" },
    });
    const mail = await world.lastMail(email);
    expect(mail.subject).toBe("Подтвердите адрес");
    expect(mail.html).toContain("&lt;b&gt;Борис&lt;/b&gt;");
    expect(mail.html).not.toContain("<b>");
  });
});

describe("signing in and out", () => {
  it("a wrong password and an unknown address are told apart by nobody", async () => {
    const { email } = await world.signUp();
    const wrong = await world.post("/sign-in/email", { email, password: "not the password" });
    const unknown = await world.post("/sign-in/email", {
      email: "nobody@people.test",
      password: "not the password",
    });
    expect([wrong.status, wrong.body.code]).toEqual([401, "UNAUTHENTICATED"]);
    expect({ ...unknown.body, correlationId: "" }).toEqual({ ...wrong.body, correlationId: "" });
  });

  it("a session that was signed out is refused at once where it was not seen before", async () => {
    const { founder } = await world.founded();
    const again = await world.post("/sign-in/email", {
      email: founder.email,
      password: "correct horse battery",
    });
    expect((await world.post("/sign-out", {}, again.body.token)).status).toBe(200);
    const me = await world.call("GET", "/lms/me", { token: again.body.token });
    expect([me.status, me.body.code]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("a route that the library has and we have not is 404", async () => {
    const { token } = await world.verified();
    for (const path of [
      "/delete-user",
      "/change-email",
      "/organization/delete",
      "/api-key/update",
    ]) {
      expect((await world.post(path, {}, token)).status).toBe(404);
    }
    expect((await world.call("GET", "/auth/error")).status).toBe(404);
  });
});

describe("a forgotten password", () => {
  it("is replaced by the code of the mail, once, and ends every session", async () => {
    const { founder } = await world.founded();
    const { email, token } = founder;
    expect((await world.post("/request-password-reset", { email })).status).toBe(200);
    const mail = await world.lastMail(email);
    expect(mail.subject).toBe("Choose a new password");
    const code = /^[A-Za-z0-9]{20,}$/m.exec(mail.text ?? "")?.[0] ?? "";
    const body = { token: code, newPassword: "another horse battery" };
    expect((await world.post("/reset-password", body)).status).toBe(200);
    expect((await world.post("/reset-password", body)).status).toBe(400);
    expect((await world.call("GET", "/lms/me", { token })).status).toBe(401);
    const old = await world.post("/sign-in/email", { email, password: "correct horse battery" });
    expect(old.status).toBe(401);
    const fresh = await world.post("/sign-in/email", { email, password: body.newPassword });
    expect((await world.call("GET", "/lms/me", { token: fresh.body.token })).status).toBe(200);
  });

  it("of an address without an account answers the same and sends nothing", async () => {
    const { email } = await world.signUp();
    const known = await world.post("/request-password-reset", { email });
    const unknown = await world.post("/request-password-reset", { email: "x@people.test" });
    expect(unknown.body).toEqual(known.body);
    expect(await world.mailsTo("x@people.test")).toEqual([]);
  });

  it("leads to no page that is not ours", async () => {
    const { email } = await world.signUp();
    const answer = await world.post("/request-password-reset", {
      email,
      redirectTo: "https://evil.test/reset",
    });
    expect(answer.status).toBe(403);
  });
});

describe("one's own profile", () => {
  it("changes what is given, tells which fields, and keeps a renamed person's own choice", async () => {
    const { founder, orgId } = await world.founded();
    const { token, userId } = founder;
    const changed = await world.call("PATCH", "/lms/me", {
      token,
      body: {
        displayName: "Countess",
        locale: "ru",
        timeZone: "Europe/Moscow",
        preferences: { a: 1 },
      },
    });
    expect(changed.body).toMatchObject({ displayName: "Countess", locale: "ru", version: 2 });
    const none = await world.call("PATCH", "/lms/me", { token, body: { displayName: "Countess" } });
    expect(none.body.version).toBe(2);
    expect((await world.call("PATCH", "/lms/me", { token, body: { roles: [] } })).status).toBe(400);
    expect(
      (await world.call("PATCH", "/lms/me", { token, body: { timeZone: "Mars" } })).status,
    ).toBe(400);
    await world.joined({ founder, orgId }, "learner");
    expect((await world.call("GET", "/lms/me", { token })).body.displayName).toBe("Countess");
    expect((await world.post("/update-user", { name: "Ada King" }, token)).status).toBe(200);
    expect((await world.call("GET", "/lms/me", { token })).body.displayName).toBe("Ada King");
    const events = await rows<{ payload: string }>(
      "select payload from domain_event_log where organization_id = ? and payload like ? order by seq",
      orgId,
      `%${userId}%`,
    );
    expect(events.map((one) => JSON.parse(one.payload).fields)).toEqual([
      ["displayName", "email", "roles"],
      ["displayName", "locale", "timeZone", "preferences"],
      ["displayName"],
    ]);
  });
});
