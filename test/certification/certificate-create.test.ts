import { describe, expect, test } from "vitest";
import { learning } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  command,
  drain,
  eventsOf,
  newOrganization,
  ok,
  type Person,
  rows,
} from "../harness/world.ts";

const create = (as: Person, enrollmentId: string) =>
  command("lms.certificate.create", { enrollmentId }, as);
const one = { modules: [{ title: "Only" }] };

describe("issuing a certificate", () => {
  test("is refused before the enrollment is completed, and twice", async () => {
    const way = await learning(one);
    const { world, enrollmentId } = way;
    await expectRefused(world.orgId, { status: 409, code: "INVALID_TRANSITION" }, () =>
      create(world.admin, enrollmentId),
    );
    ok(await way.complete(0));
    await drain(world.orgId);
    await expectRefused(world.orgId, { status: 409, code: "DUPLICATE" }, () =>
      create(world.admin, enrollmentId),
    );
    await assertLogAgrees(world.orgId);
  });

  test("by listener and admin at once issues one", async () => {
    const way = await learning(one);
    const { world, enrollmentId } = way;
    ok(await way.complete(0));
    const made = await Promise.all(
      Array.from({ length: 5 }, () => create(world.admin, enrollmentId)),
    );
    expect(made.filter((answer) => answer.status === 201).length).toBeLessThanOrEqual(1);
    await drain(world.orgId);
    expect(
      await rows("SELECT id FROM lms_certificates WHERE enrollment_id = ?", enrollmentId),
    ).toHaveLength(1);
    const issued = (await eventsOf(world.orgId)).filter(
      (event) => event.name === "certificate.issued",
    );
    expect(issued).toHaveLength(1);
    await assertLogAgrees(world.orgId);
  });

  test("is refused to everybody but lms-admin", async () => {
    const way = await learning(one);
    const { world, enrollmentId } = way;
    for (const as of [world.learner, world.instructor, world.orgAdmin]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: certificate:issue" },
        () => create(as, enrollmentId),
      );
    }
  });

  test("of another organization's enrollment is 404, in the words for a missing one", async () => {
    const way = await learning(one);
    const stranger = await newOrganization();
    await expectForeignIsMissing(way.enrollmentId, "Enrollment", (id) =>
      create(stranger.admin, id),
    );
  });
});
