import { describe, expect, test } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { command, eventsOf, http, ok, rows } from "../harness/world.ts";
import { assigned } from "./assignment.ts";

describe("deleting an assignment", () => {
  test("hides it, keeps its row, and records its title", async () => {
    const { world, courseId, moduleId, assignmentId } = await assigned();
    const path = `/lms/instructor/assignments/${assignmentId}`;
    const { deletedAt } = ok(await http("DELETE", path, { as: world.instructor }));
    expect((await eventsOf(assignmentId)).at(-1)).toMatchObject({
      name: "assignment.deleted",
      version: 2,
      payload: { assignmentId, courseId, moduleId, title: "Essay", deletedAt },
    });
    expect((await http("DELETE", path, { as: world.instructor })).status).toBe(404);
    expect(await rows("SELECT id FROM lms_assignments WHERE id = ?", assignmentId)).toHaveLength(1);
    await assertLogAgrees(world.orgId);
  });

  test("is its instructor's and lms-admin's, and not while the course is read-only", async () => {
    const { world, courseId, assignmentId } = await assigned();
    const remove = (as = world.instructor) =>
      command("lms.assignment.delete", { assignmentId }, as);
    const stranger = await world.newPerson("instructor");
    for (const as of [stranger, world.learner]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: assignment:delete" },
        () => remove(as),
      );
    }
    await rows("UPDATE lms_courses SET status = 'under-review' WHERE id = ?", courseId);
    await expectRefused(world.orgId, { status: 409, state: "under-review" }, () => remove());
  });

  test("knows none of another organization", async () => {
    const { assignmentId } = await assigned();
    const { world } = await assigned();
    await expectForeignIsMissing(assignmentId, "Assignment", (id) =>
      command("lms.assignment.delete", { assignmentId: id }, world.admin),
    );
  });
});
