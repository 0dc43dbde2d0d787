import { describe, expect, test } from "vitest";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { command, drain, eventsOf, http, ok, race, rows, statuses } from "../harness/world.ts";
import { assigned } from "./assignment.ts";

const RUBRIC = [
  { id: "clarity", title: "Clarity", maxScore: 40 },
  { id: "depth", title: "Depth", maxScore: 60 },
];

describe("grading a submission", () => {
  test("gives score, rubric and feedback; the event has figures alone", async () => {
    const { world, courseId, moduleId, enrollmentId, assignmentId, submit, grade } = await assigned(
      {
        rubric: RUBRIC,
      },
    );
    const { id } = ok(await submit());
    const given = {
      score: 85.5,
      feedback: "Well argued",
      rubricScores: { clarity: 30, depth: 55 },
    };
    const answer = ok(await grade(id, given));
    expect(answer).toMatchObject({
      ...given,
      status: "graded",
      finalScore: 85.5,
      maxScore: 100,
      passed: true,
      gradedBy: world.instructor.id,
      version: 3,
    });
    expect((await eventsOf(id)).at(-1)).toEqual({
      name: "submission.graded",
      version: 3,
      aggregateType: "submission",
      payload: {
        submissionId: id,
        assignmentId,
        learnerId: world.learner.id,
        enrollmentId,
        moduleId,
        courseId,
        score: 85.5,
        maxScore: 100,
        passed: true,
        gradedBy: world.instructor.id,
        gradedAt: answer.gradedAt,
      },
    });
    await assertLogAgrees(world.orgId);
  });

  test("completes the module when passed, and leaves it when not", async () => {
    const { world, moduleId, enrollmentId, submit, grade, giveBack } = await assigned();
    const statusOf = async () => {
      await drain(world.orgId);
      const [row] = await rows(
        "SELECT status, best_score FROM lms_module_progress WHERE enrollment_id = ? AND module_id = ?",
        enrollmentId,
        moduleId,
      );
      return row && [row.status, row.best_score];
    };
    const first = ok(await submit());
    ok(await grade(first.id, { score: 59.99 }));
    expect(await statusOf()).toBeUndefined();
    ok(await giveBack(first.id));
    const second = ok(await submit());
    ok(await grade(second.id, { score: 60 }));
    expect(await statusOf()).toEqual(["completed", 60]);
    await assertLogAgrees(world.orgId);
  });

  test("of ten graders at once takes one", async () => {
    const { world, submit, grade } = await assigned();
    const { id } = ok(await submit());
    const answers = await race(10, (at) => grade(id, { score: at }));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 9 });
    expect((await eventsOf(id)).filter((one) => one.name === "submission.graded")).toHaveLength(1);
    await assertLogAgrees(world.orgId);
  });

  test.each([
    ["a score above the scale", { score: 100.01 }, "score"],
    ["a score below nought", { score: -1 }, "score"],
    ["thousandths", { score: 1.001 }, "score"],
    [
      "a criterion that there is not",
      { score: 1, rubricScores: { style: 1 } },
      "rubricScores.style",
    ],
    [
      "more than a criterion gives",
      { score: 1, rubricScores: { depth: 61 } },
      "rubricScores.depth",
    ],
  ])("refuses %s with its path", async (_, payload, path) => {
    const { submit, grade } = await assigned({ rubric: RUBRIC });
    const { id } = ok(await submit());
    expect((await grade(id, payload)).body).toMatchObject({ status: 400, errors: [{ path }] });
  });

  test("is the course's own instructor's and lms-admin's, and not a second time", async () => {
    const { world, submit, grade } = await assigned();
    const { id } = ok(await submit());
    const stranger = await world.newPerson("instructor");
    for (const as of [stranger, world.learner, world.orgAdmin, world.reviewer]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: submission:grade" },
        () => grade(id, { score: 50 }, as),
      );
    }
    ok(await grade(id, { score: 50 }, world.admin));
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "graded" },
      () => grade(id, { score: 60 }),
    );
  });

  test("goes on though the assignment is deleted: what was handed in stays", async () => {
    const { world, assignmentId, submit, grade } = await assigned();
    const { id } = ok(await submit());
    ok(await command("lms.assignment.delete", { assignmentId }, world.instructor));
    expect(ok(await grade(id, { score: 70 })).passed).toBe(true);
    const own = ok(await http("GET", `/lms/submissions/${id}`, { as: world.learner }));
    expect(own).toMatchObject({ status: "graded", content: "My work" });
  });

  test("knows none of another organization", async () => {
    const other = await assigned();
    const { id } = ok(await other.submit());
    const { world, grade } = await assigned();
    await expectForeignIsMissing(id, "Submission", (one) => grade(one, { score: 1 }, world.admin));
  });
});
