import { describe, expect, test } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  advance,
  command,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  race,
  rows,
  statuses,
} from "../harness/world.ts";

const suspend = (as: Person, learnerId: string, body?: unknown) =>
  http("POST", `/lms/admin/learners/${learnerId}/suspend`, { as, body });

describe("suspending a member", () => {
  test("keeps the reason in the row and out of the log", async () => {
    const world = await newOrganization();
    const answer = ok(await suspend(world.admin, world.learner.id, { reason: "Cheated in Kazan" }));
    expect(answer).toMatchObject({
      id: world.learner.id,
      suspendReason: "Cheated in Kazan",
      suspendedAt: expect.any(String),
      version: 1,
    });
    const [event] = await eventsOf(answer.memberId);
    expect(event).toMatchObject({
      name: "member.suspended",
      version: 1,
      payload: { memberId: answer.memberId, userId: world.learner.id },
    });
    expect(JSON.stringify(event)).not.toContain("Kazan");
  });

  test("closes every command at once and every query once the caller is looked up anew", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    ok(await suspend(world.admin, world.learner.id));
    const closed = { status: 403, body: { code: "SUSPENDED" } };
    const as = world.learner;
    expect(await command("lms.enrollment.cancel", { enrollmentId: id }, as)).toMatchObject(closed);
    expect(await http("PATCH", "/lms/me", { as, body: { locale: "ru" } })).toMatchObject(closed);
    advance(31_000);
    expect(await http("GET", "/lms/me", { as })).toMatchObject(closed);
    expect(await http("GET", `/lms/enrollments/${id}`, { as })).toMatchObject(closed);
    expect(await http("GET", `/files/${world.orgId}/course/x/y`, { as })).toMatchObject(closed);
  });

  test("keeps what was learned", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    ok(await suspend(world.admin, world.learner.id));
    const kept = await http("GET", `/lms/enrollments/${id}`, { as: world.admin });
    expect(kept.body).toMatchObject({ status: "active", version: 2 });
  });

  test("closes this organization alone to a person of two", async () => {
    const [one, other] = [await newOrganization(), await newOrganization()];
    const person = await one.newPerson("learner");
    const sessionId = `session-${person.id}`;
    await rows(
      `INSERT INTO session (id, token, user_id, expires_at, created_at, updated_at)
       VALUES (?1, ?1, ?2, ?3, 0, 0)`,
      sessionId,
      person.id,
      Date.now() + 9_000_000,
    );
    await rows(
      "INSERT INTO member (id, organization_id, user_id, role, created_at) VALUES (?, ?, ?, 'learner', 0)",
      `member-${person.id}`,
      other.orgId,
      person.id,
    );
    ok(await suspend(one.admin, person.id));
    const me = (orgId: string) =>
      http("GET", "/lms/enrollments", {
        headers: { authorization: `Bearer ${sessionId}`, "x-org-id": orgId },
      });
    expect((await me(one.orgId)).body.code).toBe("SUSPENDED");
    expect((await me(other.orgId)).status).toBe(200);
  });

  test("is refused of oneself, so that an organization keeps an lms-admin", async () => {
    const world = await newOrganization();
    await expectRefused(world.orgId, { status: 409, code: "RULE_FAILED" }, () =>
      suspend(world.admin, world.admin.id),
    );
  });

  test("of two admins by each other leaves one of them", async () => {
    const world = await newOrganization();
    const second = await world.newPerson("lms-admin");
    const answers = await race(2, (at) =>
      at === 0 ? suspend(world.admin, second.id) : suspend(second, world.admin.id),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 403: 1 });
    const [left] = await rows<{ n: number }>(
      "SELECT count(*) AS n FROM lms_members WHERE organization_id = ? AND suspended_at IS NOT NULL",
      world.orgId,
    );
    expect(left?.n).toBe(1);
  });

  test("is refused twice", async () => {
    const world = await newOrganization();
    ok(await suspend(world.admin, world.learner.id));
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "suspended" },
      () => suspend(world.admin, world.learner.id),
    );
  });

  test("is an lms-admin's alone", async () => {
    const world = await newOrganization();
    for (const as of [world.orgAdmin, world.instructor, world.reviewer, world.learner]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: member:suspend" },
        () => suspend(as, world.learner.id),
      );
    }
  });

  test("of another organization's member is refused as of nobody", async () => {
    const [world, other] = [await newOrganization(), await newOrganization()];
    await expectForeignIsMissing(other.learner.id, "Learner", (id) => suspend(world.admin, id));
  });
});
