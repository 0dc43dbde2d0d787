import { describe, expect, test } from "vitest";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { eventsOf, http, newOrganization, ok, type Person, rows } from "../harness/world.ts";

const cancel = (as: Person, id: string, body?: unknown) =>
  http("POST", `/lms/enrollments/${id}/cancel`, { as, body });

describe("cancelling an enrollment", () => {
  test("keeps its reason in the row and out of the log, and gives back its count", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    const answer = ok(await cancel(world.learner, id, { reason: "I moved to Kazan" }));
    expect(answer).toMatchObject({
      status: "cancelled",
      cancelReason: "I moved to Kazan",
      version: 3,
    });
    const last = (await eventsOf(id)).at(-1);
    expect(last).toMatchObject({
      name: "enrollment.cancelled",
      version: 3,
      payload: { cancelledAt: answer.cancelledAt },
    });
    expect(JSON.stringify(last)).not.toContain("Kazan");
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", course.id),
    ).toEqual([{ n: 0 }]);
    await assertLogAgrees(world.orgId);
  });

  test("of one that was never paid counts nothing down", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world, {
      course: { price: { amount: 100, currency: "JPY" } },
    });
    const { id } = await enrolled(world, course.id);
    expect(ok(await cancel(world.orgAdmin, id))).toMatchObject({
      status: "cancelled",
      cancelReason: null,
    });
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", course.id),
    ).toEqual([{ n: 0 }]);
  });

  test("ends the way into the course", async () => {
    const world = await newOrganization();
    const { course, modules } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    ok(await cancel(world.learner, id));
    const module = `/lms/learn/${course.id}/modules/${modules[0]?.id}`;
    expect(await http("GET", module, { as: world.learner })).toMatchObject({ status: 403 });
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "cancelled" },
      () => http("POST", `${module}/start`, { as: world.learner }),
    );
  });

  test("is refused twice, with the states it may start from", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    ok(await cancel(world.learner, id));
    await expectRefused(
      world.orgId,
      {
        status: 409,
        code: "INVALID_TRANSITION",
        state: "cancelled",
        detail:
          "Enrollment must be in pending-payment or active or completed status to cancel; it is cancelled",
      },
      () => cancel(world.learner, id),
    );
  });

  test("is refused to another learner and to the instructor", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    for (const as of [await world.newPerson("learner"), world.instructor, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, code: "PERMISSION_DENIED", detail: "Permission denied: enrollment:cancel" },
        () => cancel(as, id),
      );
    }
  });

  test("of another organization's is 404, in the words for a missing one", async () => {
    const world = await newOrganization();
    const stranger = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    await expectForeignIsMissing(id, "Enrollment", (one) => cancel(stranger.admin, one));
    await expectForeignIsMissing(id, "Enrollment", (one) =>
      http("GET", `/lms/enrollments/${one}`, { as: stranger.admin }),
    );
  });
});
