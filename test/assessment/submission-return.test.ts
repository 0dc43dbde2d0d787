import { describe, expect, test } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { eventsOf, http, ok, race, statuses } from "../harness/world.ts";
import { assigned } from "./assignment.ts";

describe("returning a submission", () => {
  test("keeps its grade, and the best attempt's score is the one kept", async () => {
    const { world, assignmentId, submit, grade, giveBack } = await assigned();
    const first = ok(await submit());
    ok(await grade(first.id, { score: 70, feedback: "Good" }));
    const returned = ok(await giveBack(first.id, { feedback: "Go deeper" }));
    expect(returned).toMatchObject({
      status: "returned",
      score: 70,
      feedback: "Go deeper",
      version: 4,
    });
    const told = (await eventsOf(first.id)).at(-1);
    expect(told).toMatchObject({
      name: "submission.returned",
      version: 4,
      payload: { assignmentId, score: 70, maxScore: 100, returnedAt: returned.returnedAt },
    });
    expect(told?.payload).not.toHaveProperty("feedback");
    const second = ok(await submit());
    ok(await grade(second.id, { score: 50 }));
    const path = `/lms/submissions/${second.id}/feedback`;
    expect(ok(await http("GET", path, { as: world.learner }))).toMatchObject({
      finalScore: 50,
      passed: false,
      kept: { submissionId: first.id, attemptNumber: 1, finalScore: 70, passed: true },
    });
    await assertLogAgrees(world.orgId);
  });

  test("happens once, and only to what is graded", async () => {
    const { world, submit, grade, giveBack } = await assigned();
    const { id } = ok(await submit());
    const refused = { status: 409, code: "INVALID_TRANSITION" };
    await expectRefused(world.orgId, { ...refused, state: "grading" }, () => giveBack(id));
    ok(await grade(id, { score: 10 }));
    expect(statuses(await race(5, () => giveBack(id)))).toEqual({ 200: 1, 409: 4 });
    await expectRefused(world.orgId, { ...refused, state: "returned" }, () =>
      grade(id, { score: 90 }),
    );
    await assertLogAgrees(world.orgId);
  });

  test("is the course's own instructor's and lms-admin's", async () => {
    const { world, submit, grade, giveBack } = await assigned();
    const { id } = ok(await submit());
    ok(await grade(id, { score: 10 }));
    const stranger = await world.newPerson("instructor");
    for (const as of [stranger, world.learner, world.orgAdmin]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: submission:return" },
        () => giveBack(id, {}, as),
      );
    }
    ok(await giveBack(id, {}, world.admin));
  });

  test("knows none of another organization", async () => {
    const other = await assigned();
    const { id } = ok(await other.submit());
    const { world, giveBack } = await assigned();
    await expectForeignIsMissing(id, "Submission", (one) => giveBack(one, {}, world.admin));
  });
});
