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

const complete = (as: Person, enrollmentId: string) =>
  command("lms.enrollment.complete", { enrollmentId }, as);

describe("completing an enrollment by an admin", () => {
  test("is done where the threshold was lowered to what has been learned", async () => {
    const world = await newOrganization();
    const { course, modules } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    ok(
      await http("POST", `/lms/learn/${course.id}/modules/${modules[0]?.id}/complete`, {
        as: world.learner,
      }),
    );
    await expectRefused(
      world.orgId,
      {
        status: 409,
        code: "RULE_FAILED",
        rule: "certificateRequiresThreshold",
        operand: { field: "enrollment.completionPct", op: "gte", value: 80, actual: 50 },
      },
      () => complete(world.admin, id),
    );
    const patch = { as: world.instructor, body: { completionThreshold: 50 } };
    ok(await http("PATCH", `/lms/instructor/courses/${course.id}`, patch));
    expect(ok(await complete(world.admin, id))).toMatchObject({
      status: "completed",
      completionPct: 50,
    });
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      name: "enrollment.completed",
      payload: { completionPct: 50 },
    });
    expect(
      await rows("SELECT enrolled_count AS n FROM lms_courses WHERE id = ?", course.id),
    ).toEqual([{ n: 1 }]);
    await assertLogAgrees(world.orgId);
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "completed" },
      () => complete(world.admin, id),
    );
  });

  test("is refused to everybody but lms-admin", async () => {
    const world = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    for (const as of [world.learner, world.instructor, world.orgAdmin, world.reviewer]) {
      await expectRefused(world.orgId, { status: 403, code: "PERMISSION_DENIED" }, () =>
        complete(as, id),
      );
    }
  });

  test("of another organization's is 404, in the words for a missing one", async () => {
    const world = await newOrganization();
    const stranger = await newOrganization();
    const { course } = await publishedCourse(world);
    const { id } = await enrolled(world, course.id);
    await expectForeignIsMissing(id, "Enrollment", (one) => complete(stranger.admin, one));
  });
});
