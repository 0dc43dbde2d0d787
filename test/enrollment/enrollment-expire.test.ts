import { describe, expect, test } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  command,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  rows,
} from "../harness/world.ts";

const expire = (as: Person, enrollmentId: string) =>
  command("lms.enrollment.expire", { enrollmentId }, as);

describe("expiring an enrollment", () => {
  test("ends its access and its count, and it can be taken up again", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    const answer = ok(await expire(world.admin, id));
    expect(answer).toMatchObject({ status: "expired", version: 3 });
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      name: "enrollment.expired",
      payload: { expiredAt: answer.expiresAt },
    });
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", course.id),
    ).toEqual([{ n: 0 }]);
    expect(await http("GET", `/lms/learn/${course.id}`, { as: world.learner })).toMatchObject({
      status: 403,
    });
    expect(await enrolled(world, course.id)).toMatchObject({
      id,
      status: "active",
      expiresAt: null,
    });
    await assertLogAgrees(world.orgId);
  });

  test("is refused of one that is not active", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, {
      course: { price: { amount: 5, currency: "USD" } },
    });
    const { id } = await enrolled(world, course.id);
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "pending-payment" },
      () => expire(world.admin, id),
    );
  });

  test("is refused to everybody but lms-admin", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    for (const as of [world.learner, world.instructor, world.orgAdmin]) {
      await expectRefused(world.orgId, { status: 403, code: "PERMISSION_DENIED" }, () =>
        expire(as, id),
      );
    }
  });

  test("of another organization's is 404, in the words for a missing one", async () => {
    const world = await newOrganization();
    const stranger = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    await expectForeignIsMissing(id, "Enrollment", (one) => expire(stranger.admin, one));
  });
});
