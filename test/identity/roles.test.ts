import { describe, expect, it } from "vitest";
import { newWorld, rows } from "./world.ts";

const world = newWorld();
const update = (token: string, orgId: string, memberId: string, role: string) =>
  world.post("/organization/update-member-role", { memberId, role, organizationId: orgId }, token);

async function cast() {
  const org = await world.founded();
  const orgAdmin = await world.joined(org, "org-admin", "Org admin");
  const learner = await world.joined(org, "learner", "Learner");
  const [founder] = await rows<{ id: string }>(
    "select id from member where user_id = ?",
    org.founder.userId,
  );
  return { ...org, founderId: founder?.id ?? "", orgAdmin, learner };
}

describe("invitations", () => {
  it("are told by mail, accepted by the verified address alone, and make a member with all its roles", async () => {
    const org = await world.founded();
    const guest = await world.signUp("Guest");
    const invited = await world.post(
      "/organization/invite-member",
      { email: guest.email, role: ["learner", "instructor"], organizationId: org.orgId },
      org.founder.token,
    );
    expect(invited.status).toBe(200);
    const mail = await world.lastMail(guest.email);
    expect(mail.subject).toBe("Founder invites you to School");
    expect(mail.text).toContain(invited.body.id);
    const accept = { invitationId: invited.body.id };
    const early = await world.post("/organization/accept-invitation", accept, guest.token);
    expect([early.status, early.body.code]).toEqual([403, "PERMISSION_DENIED"]);
    await rows("update user set email_verified = 1 where id = ?", guest.userId);
    const other = await world.verified();
    const foreign = await world.post("/organization/accept-invitation", accept, other.token);
    const missing = await world.post(
      "/organization/accept-invitation",
      { invitationId: "01890000-0000-7000-8000-000000000000" },
      other.token,
    );
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, correlationId: "" }).toEqual({ ...missing.body, correlationId: "" });
    const accepted = await world.post("/organization/accept-invitation", accept, guest.token);
    expect(accepted.status).toBe(200);
    const me = await world.call("GET", "/lms/me", { token: guest.token });
    expect(me.body.roles).toEqual(["instructor", "learner"]);
    expect((await world.post("/organization/accept-invitation", accept, guest.token)).status).toBe(
      404,
    );
  });

  it("to a role that is none of ours are refused, the library's own roles too", async () => {
    const { founder, orgId } = await world.founded();
    for (const role of ["owner", "admin", "member", "founder", "", "learner,owner"]) {
      const answer = await world.post(
        "/organization/invite-member",
        { email: "x@people.test", role, organizationId: orgId },
        founder.token,
      );
      expect([role, answer.status]).toEqual([role, 400]);
    }
  });
});

describe("roles", () => {
  it("lms-admin is given and taken by lms-admin alone, every other by org-admin too", async () => {
    const { orgId, founder, founderId, orgAdmin, learner } = await cast();
    const invite = (token: string, role: string) =>
      world.post(
        "/organization/invite-member",
        { email: `${Math.random()}@people.test`, role, organizationId: orgId },
        token,
      );
    expect((await invite(orgAdmin.token, "lms-admin")).status).toBe(403);
    expect((await invite(orgAdmin.token, "instructor,lms-admin")).status).toBe(403);
    expect((await invite(orgAdmin.token, "org-admin")).status).toBe(200);
    expect((await invite(learner.token, "learner")).status).toBe(403);
    expect((await update(orgAdmin.token, orgId, learner.memberId, "lms-admin")).status).toBe(403);
    expect(
      (await update(orgAdmin.token, orgId, orgAdmin.memberId, "lms-admin,org-admin")).status,
    ).toBe(403);
    expect((await update(orgAdmin.token, orgId, founderId, "learner")).status).toBe(403);
    expect((await update(learner.token, orgId, learner.memberId, "instructor")).status).toBe(403);
    expect(
      (await update(orgAdmin.token, orgId, learner.memberId, "instructor,learner")).status,
    ).toBe(200);
    const me = await world.call("GET", "/lms/me", { token: learner.token });
    expect(me.body.roles).toEqual(["instructor", "learner"]);
    expect((await update(founder.token, orgId, learner.memberId, "lms-admin")).status).toBe(200);
    expect((await update(founder.token, orgId, learner.memberId, "learner")).status).toBe(200);
  });

  it("an organization keeps an lms-admin, whoever leaves, is removed or gives the role up", async () => {
    const { orgId, founder, founderId, orgAdmin, learner } = await cast();
    const leave = () => world.post("/organization/leave", { organizationId: orgId }, founder.token);
    const remove = (token: string, memberIdOrEmail: string) =>
      world.post("/organization/remove-member", { memberIdOrEmail, organizationId: orgId }, token);
    for (const answer of [
      await leave(),
      await update(founder.token, orgId, founderId, "org-admin"),
      await remove(founder.token, founderId),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([409, "RULE_FAILED"]);
    }
    expect((await remove(orgAdmin.token, founderId)).status).toBe(403);
    expect((await remove(learner.token, orgAdmin.memberId)).status).toBe(403);
    expect((await remove(orgAdmin.token, learner.email)).status).toBe(200);
    await update(founder.token, orgId, orgAdmin.memberId, "lms-admin");
    expect((await leave()).status).toBe(200);
    const [left] = await rows(
      "select roles from lms_members where organization_id = ? and user_id = ?",
      orgId,
      founder.userId,
    );
    expect(left?.roles).toBe("[]");
    const me = await world.call("GET", "/lms/me", { token: founder.token });
    expect(me.body.detail).toContain("You belong to no organization");
  });

  it("a suspended lms-admin is none that an organization could be left to", async () => {
    const { orgId, founder, founderId, orgAdmin } = await cast();
    await update(founder.token, orgId, orgAdmin.memberId, "lms-admin");
    await rows(
      "update lms_members set suspended_at = 1 where organization_id = ? and user_id = ?",
      orgId,
      orgAdmin.userId,
    );
    const leave = () => world.post("/organization/leave", { organizationId: orgId }, founder.token);
    for (const answer of [
      await leave(),
      await update(founder.token, orgId, founderId, "learner"),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([409, "RULE_FAILED"]);
    }
    await expect(rows("delete from member where id = ?", founderId)).rejects.toThrow(
      "LAST_LMS_ADMIN",
    );
    const demoted = await update(founder.token, orgId, orgAdmin.memberId, "learner");
    expect(demoted.status).toBe(200);
  });

  it("two admins who take each other's role at once leave one of them with it", async () => {
    const { orgId, founder, founderId, orgAdmin } = await cast();
    await update(founder.token, orgId, orgAdmin.memberId, "lms-admin");
    const answers = await Promise.all([
      update(founder.token, orgId, orgAdmin.memberId, "learner"),
      update(orgAdmin.token, orgId, founderId, "learner"),
    ]);
    for (const { status } of answers) expect([200, 403, 409]).toContain(status);
    const left = await rows(
      "select role from member where organization_id = ? and role like '%lms-admin%'",
      orgId,
    );
    expect(left.length).toBe(1);
  });

  it("the database itself holds the last lms-admin", async () => {
    const { founderId } = await cast();
    await expect(rows("delete from member where id = ?", founderId)).rejects.toThrow(
      "LAST_LMS_ADMIN",
    );
    await expect(
      rows("update member set role = 'learner' where id = ?", founderId),
    ).rejects.toThrow("LAST_LMS_ADMIN");
  });

  it("another organization and its people are not there", async () => {
    const { founder, orgId, learner } = await cast();
    const stranger = (await world.founded()).founder;
    const missing = "01890000-0000-7000-8000-000000000000";
    const asked = (organizationId: string) =>
      world.post(
        "/organization/update-member-role",
        { memberId: learner.memberId, role: "learner", organizationId },
        stranger.token,
      );
    const [foreign, none] = [await asked(orgId), await asked(missing)];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, correlationId: "" }).toEqual({ ...none.body, correlationId: "" });
    const own = await world.founded();
    const member = (memberId: string) => update(own.founder.token, own.orgId, memberId, "learner");
    const [theirs, nobodys] = [await member(learner.memberId), await member(missing)];
    expect(theirs.status).toBe(404);
    expect({ ...theirs.body, correlationId: "" }).toEqual({ ...nobodys.body, correlationId: "" });
    const invited = await world.post(
      "/organization/invite-member",
      { email: "y@people.test", role: "learner", organizationId: orgId },
      founder.token,
    );
    const cancel = (invitationId: string) =>
      world.post("/organization/cancel-invitation", { invitationId }, own.founder.token);
    expect((await cancel(invited.body.id)).body.detail).toBe((await cancel(missing)).body.detail);
  });

  it("a suspended admin changes nobody's role and makes no key", async () => {
    const { orgId, orgAdmin, learner } = await cast();
    await rows(
      "update lms_members set suspended_at = 1 where organization_id = ? and user_id = ?",
      orgId,
      orgAdmin.userId,
    );
    const changed = await update(orgAdmin.token, orgId, learner.memberId, "instructor");
    expect([changed.status, changed.body.code]).toEqual([403, "SUSPENDED"]);
    const { answer } = await world.keyOf(orgAdmin, { organizationId: orgId });
    expect([answer.status, answer.body.code]).toEqual([403, "SUSPENDED"]);
  });

  it("members and invitations are listed by admins alone", async () => {
    const { orgId, orgAdmin, learner } = await cast();
    for (const path of ["list-members", "list-invitations", "list-keys"]) {
      const url = `/auth/organization/${path}?organizationId=${orgId}`;
      expect((await world.call("GET", url, { token: learner.token })).status).toBe(403);
      expect((await world.call("GET", url, { token: orgAdmin.token })).status).toBe(200);
    }
    const { body } = await world.call(
      "GET",
      `/auth/organization/list-members?organizationId=${orgId}&limit=2`,
      { token: orgAdmin.token },
    );
    expect([body.members.length, body.total]).toEqual([2, 3]);
  });
});
