import { describe, expect, test } from "vitest";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { eventsOf, http, newOrganization, ok, type Person } from "../harness/world.ts";

const act = (verb: string) => (as: Person, learnerId: string) =>
  http("POST", `/lms/admin/learners/${learnerId}/${verb}`, { as });
const suspend = act("suspend");
const unsuspend = act("unsuspend");

describe("letting a suspended member in again", () => {
  test("gives access back at once, though it was refused a moment ago, and forgets the reason", async () => {
    const world = await newOrganization();
    ok(await suspend(world.admin, world.learner.id));
    const shut = await http("PATCH", "/lms/me", { as: world.learner, body: { locale: "ru" } });
    expect(shut).toMatchObject({ status: 403, body: { code: "SUSPENDED" } });
    const answer = ok(await unsuspend(world.admin, world.learner.id));
    expect(answer).toMatchObject({ suspendedAt: null, suspendReason: null, version: 2 });
    const names = (await eventsOf(answer.memberId)).map(({ name, version }) => [name, version]);
    expect(names).toEqual([
      ["member.suspended", 1],
      ["member.unsuspended", 2],
    ]);
    ok(await http("PATCH", "/lms/me", { as: world.learner, body: { locale: "ru" } }));
  });

  test("is refused of one who is not suspended", async () => {
    const world = await newOrganization();
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "active" },
      () => unsuspend(world.admin, world.learner.id),
    );
  });

  test("is an lms-admin's alone", async () => {
    const world = await newOrganization();
    ok(await suspend(world.admin, world.learner.id));
    for (const as of [world.orgAdmin, world.instructor, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: member:unsuspend" },
        () => unsuspend(as, world.learner.id),
      );
    }
  });

  test("of another organization's member is refused as of nobody", async () => {
    const [world, other] = [await newOrganization(), await newOrganization()];
    await expectForeignIsMissing(other.learner.id, "Learner", (id) => unsuspend(world.admin, id));
  });
});
