import { describe, expect, it } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { newWorld, rows } from "./world.ts";

const world = newWorld();
const me = (token: string) => world.call("GET", "/lms/me", { token });

describe("a key", () => {
  it("acts as its maker, is stored as a hash alone, and leaves its id in the log", async () => {
    const { founder, orgId } = await world.founded();
    const { key, id, answer } = await world.keyOf(founder, { name: "script" });
    expect(answer.status).toBe(200);
    expect(key).toMatch(/^lk_[A-Za-z]{64}$/);
    const stored = JSON.stringify(await rows("select * from apikey where id = ?", id));
    expect(stored).not.toContain(key);
    const shown = await me(key);
    expect(shown.body).toMatchObject({ id: founder.userId, organizationId: orgId });
    await world.call("PATCH", "/lms/me", { token: key, body: { displayName: "By key" } });
    const [last] = await rows(
      "select * from domain_event_log where organization_id = ? order by seq desc limit 1",
      orgId,
    );
    expect(last).toMatchObject({ actor_type: "api_key", actor_id: founder.userId });
    expect(JSON.parse(String(last?.metadata))).toEqual({ credential: { kind: "key", id } });
  });

  it("has roles and scopes within its maker's own, or is not made", async () => {
    const org = await world.founded();
    const instructor = await world.joined(org, "instructor,learner");
    const refused = async (ask: Record<string, unknown>) =>
      (await world.keyOf(instructor, ask)).answer;
    expect((await refused({ roles: ["lms-admin"] })).status).toBe(403);
    expect((await refused({ roles: ["learner", "org-admin"] })).status).toBe(403);
    expect((await refused({ roles: [] })).status).toBe(400);
    expect((await refused({ scopes: ["lms.nothing.*"] })).status).toBe(400);
    expect((await refused({ scopes: ["members"] })).status).toBe(400);
    expect((await refused({ metadata: { roles: ["lms-admin"] } })).status).toBe(400);
    expect((await refused({ userId: org.founder.userId })).status).toBe(400);
    expect((await refused({ permissions: { a: ["b"] } })).status).toBe(400);
    const { key, answer } = await world.keyOf(instructor, { roles: ["learner"] });
    expect(answer.body.metadata).toEqual({ organizationId: org.orgId, roles: ["learner"] });
    expect((await me(key)).status).toBe(200);
  });

  it("is closed to what its scopes do not cover", async () => {
    const { founder } = await world.founded();
    const { key } = await world.keyOf(founder, { scopes: ["lms.members.*"] });
    expect((await me(key)).status).toBe(200);
    const write = await world.call("PATCH", "/lms/me", { token: key, body: { displayName: "X" } });
    expect([write.status, write.body.code]).toEqual([403, "PERMISSION_DENIED"]);
    const { key: narrow } = await world.keyOf(founder, { scopes: ["lms.member.update"] });
    expect((await me(narrow)).status).toBe(403);
  });

  it("loses with its maker's role what it had by it", async () => {
    const org = await world.founded();
    const maker = await world.joined(org, "instructor");
    const { key } = await world.keyOf(maker);
    await world.post(
      "/organization/update-member-role",
      { memberId: maker.memberId, role: "learner", organizationId: org.orgId },
      org.founder.token,
    );
    const write = await world.call("PATCH", "/lms/me", { token: key, body: { displayName: "X" } });
    expect([write.status, write.body.code]).toEqual([403, "PERMISSION_DENIED"]);
  });

  it("that is revoked is refused by the next command, though it was remembered", async () => {
    const { founder } = await world.founded();
    const { key, id } = await world.keyOf(founder);
    expect((await me(key)).status).toBe(200);
    expect((await world.post("/api-key/delete", { keyId: id }, founder.token)).status).toBe(200);
    const write = await world.call("PATCH", "/lms/me", { token: key, body: { displayName: "X" } });
    expect([write.status, write.body.code]).toEqual([401, "UNAUTHENTICATED"]);
    const now = clock.now();
    clock.now = () => now + 31_000;
    expect((await me(key)).status).toBe(401);
    clock.now = () => Date.now();
  });

  it("that has expired is refused, by the memory of the isolate too", async () => {
    const { founder } = await world.founded();
    const { key, id } = await world.keyOf(founder, { expiresIn: 60 });
    const [row] = await rows<{ expires_at: number }>(
      "select expires_at from apikey where id = ?",
      id,
    );
    const expiresAt = row?.expires_at ?? 0;
    clock.now = () => expiresAt - 5_000;
    expect((await me(key)).status).toBe(200);
    clock.now = () => expiresAt;
    expect((await me(key)).status).toBe(401);
    clock.now = () => Date.now();
    await rows("update apikey set expires_at = 1 where id = ?", id);
    expect((await me(key)).status).toBe(401);
  });

  it("is listed and revoked by its organization's admins and its owner, and by nobody else", async () => {
    const org = await world.founded();
    const learner = await world.joined(org, "learner");
    const admin = await world.joined(org, "org-admin");
    const { id } = await world.keyOf(learner, { name: "mine" });
    const list = await world.call("GET", "/auth/organization/list-keys", { token: admin.token });
    expect(list.body.apiKeys).toEqual([
      expect.objectContaining({ id, userId: learner.userId, name: "mine" }),
    ]);
    expect(JSON.stringify(list.body)).not.toContain('"key"');
    const stranger = (await world.founded()).founder;
    const revoke = (token: string, keyId = id) =>
      world.post("/organization/revoke-key", { keyId }, token);
    const [foreign, missing] = [await revoke(stranger.token), await revoke(stranger.token, "none")];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, correlationId: "" }).toEqual({ ...missing.body, correlationId: "" });
    expect((await world.post("/api-key/delete", { keyId: id }, admin.token)).status).toBe(404);
    expect((await revoke(learner.token)).status).toBe(403);
    expect((await revoke(admin.token)).status).toBe(200);
    expect(await rows("select id from apikey where id = ?", id)).toEqual([]);
    const events = await rows<{ payload: string }>(
      "select payload from domain_event_log where organization_id = ? and payload like ?",
      org.orgId,
      `%${learner.userId}%`,
    );
    expect(events.map((one) => JSON.parse(one.payload).fields)).toEqual([
      ["displayName", "email", "roles"],
      ["keys"],
      ["keys"],
    ]);
  });

  it("reaches nothing of /auth", async () => {
    const { founder, orgId } = await world.founded();
    const { key } = await world.keyOf(founder);
    for (const [path, body] of [
      ["/api-key/create", {}],
      ["/organization/invite-member", { email: "z@people.test", role: "learner" }],
      ["/organization/leave", { organizationId: orgId }],
    ] as const) {
      expect((await world.post(path, body, key)).status).toBe(401);
    }
    expect((await world.call("GET", "/auth/get-session", { token: key })).status).toBe(401);
  });

  it("goes with its maker's membership", async () => {
    const org = await world.founded();
    const learner = await world.joined(org, "learner");
    const { key, id } = await world.keyOf(learner);
    await world.post("/organization/leave", { organizationId: org.orgId }, learner.token);
    expect(await rows("select id from apikey where id = ?", id)).toEqual([]);
    expect((await me(key)).status).toBe(401);
  });

  it("acts in its own organization alone", async () => {
    const { founder } = await world.founded();
    const { orgId } = await world.founded();
    const { key } = await world.keyOf(founder);
    const asked = (org: string) =>
      world.call("GET", "/lms/me", { token: key, headers: { "x-org-id": org } });
    const [foreign, missing] = [await asked(orgId), await asked("nowhere")];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, correlationId: "" }).toEqual({ ...missing.body, correlationId: "" });
  });
});
