import { describe, expect, test } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { command, eventsOf, http, ok, race, rows, statuses } from "../harness/world.ts";
import { assigned } from "./assignment.ts";

describe("changing an assignment", () => {
  test("records what changed, and nothing where nothing did", async () => {
    const { world, assignment, assignmentId } = await assigned();
    const change = (body: object) =>
      http("PATCH", `/lms/instructor/assignments/${assignmentId}`, { as: world.instructor, body });
    const changed = ok(await change({ title: "Long essay", maxScore: 50, passingScore: 25 }));
    expect(changed).toEqual({
      ...assignment,
      title: "Long essay",
      maxScore: 50,
      passingScore: 25,
      version: 2,
      updatedAt: changed.updatedAt,
    });
    expect(ok(await change({ title: "Long essay" }))).toEqual(changed);
    expect((await eventsOf(assignmentId)).slice(1)).toMatchObject([
      {
        name: "assignment.updated",
        version: 2,
        payload: { assignmentId, updatedFields: ["title", "maxScore", "passingScore"] },
      },
    ]);
    await assertLogAgrees(world.orgId);
  });

  test("takes one due date for the other only when told to", async () => {
    const { world, assignmentId } = await assigned({ dueHoursAfterEnrollment: 24 });
    const absoluteDueDate = "2031-01-01T00:00:00.000Z";
    const change = (fields: object) =>
      command("lms.assignment.update", { assignmentId, ...fields }, world.instructor);
    expect((await change({ absoluteDueDate })).body).toMatchObject({
      status: 400,
      errors: [{ path: "absoluteDueDate" }],
    });
    expect(ok(await change({ absoluteDueDate, dueHoursAfterEnrollment: null }))).toMatchObject({
      absoluteDueDate,
      dueHoursAfterEnrollment: null,
    });
  });

  test("honours If-Match, and of two that race for one version neither is lost unseen", async () => {
    const { world, assignmentId } = await assigned();
    const path = `/lms/instructor/assignments/${assignmentId}`;
    const headers = { "if-match": '"v1"' };
    const answers = await race(2, (at) =>
      http("PATCH", path, { as: world.instructor, body: { title: `T${at}` }, headers }),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 412: 1 });
  });

  test("is refused to all but its instructor and lms-admin, and while the course is read-only", async () => {
    const { world, courseId, assignmentId } = await assigned();
    const change = (as = world.instructor) =>
      command("lms.assignment.update", { assignmentId, title: "New" }, as);
    const stranger = await world.newPerson("instructor");
    for (const as of [stranger, world.learner, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: assignment:update" },
        () => change(as),
      );
    }
    await rows("UPDATE lms_courses SET status = 'archived' WHERE id = ?", courseId);
    await expectRefused(world.orgId, { status: 409, code: "INVALID_TRANSITION" }, () => change());
  });

  test("asks for no peers while peer review is off", async () => {
    const { world, assignmentId } = await assigned();
    await expectRefused(world.orgId, { status: 409, code: "FEATURE_DISABLED" }, () =>
      command("lms.assignment.update", { assignmentId, peers: 3 }, world.instructor),
    );
  });

  test("knows none of another organization", async () => {
    const { assignmentId } = await assigned();
    const { world } = await assigned();
    await expectForeignIsMissing(assignmentId, "Assignment", (id) =>
      command("lms.assignment.update", { assignmentId: id, title: "Mine" }, world.admin),
    );
  });
});
