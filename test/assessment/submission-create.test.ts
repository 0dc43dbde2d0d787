import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../src/kernel/time.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  advance,
  command,
  eventsOf,
  http,
  ok,
  query,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { assigned } from "./assignment.ts";

describe("handing work in", () => {
  test("stores an attempt that awaits its grade, created and received numbered in turn", async () => {
    const { world, courseId, moduleId, enrollmentId, assignmentId, submit } = await assigned();
    const answer = await submit();
    expect([answer.status, answer.headers.get("location")]).toEqual([
      201,
      `/lms/submissions/${answer.body.id}`,
    ]);
    expect(answer.body).toMatchObject({
      assignmentId,
      enrollmentId,
      learnerId: world.learner.id,
      attemptNumber: 1,
      status: "grading",
      isLate: false,
      penaltyPct: 0,
      content: "My work",
      attachmentIds: [],
      score: null,
      explanation: null,
      version: 2,
    });
    const ids = {
      submissionId: answer.body.id,
      assignmentId,
      learnerId: world.learner.id,
      enrollmentId,
      attemptNumber: 1,
    };
    const { submittedAt } = answer.body;
    expect(await eventsOf(answer.body.id)).toEqual([
      {
        name: "submission.created",
        version: 1,
        aggregateType: "submission",
        payload: { ...ids, submittedAt },
      },
      {
        name: "submission.received",
        version: 2,
        aggregateType: "submission",
        payload: { ...ids, courseId, moduleId, receivedAt: submittedAt },
      },
    ]);
    await assertLogAgrees(world.orgId);
  });

  test("counts what is late as late, with the penalty of that day, whatever becomes of the terms", async () => {
    const { world, assignmentId, submit } = await assigned({
      dueHoursAfterEnrollment: 24,
      allowLateSubmission: true,
      latePenaltyPct: 10,
    });
    advance(25 * HOUR);
    const { id, ...late } = ok(await submit());
    expect(late).toMatchObject({ status: "grading", isLate: true, penaltyPct: 10 });
    ok(
      await command(
        "lms.assignment.update",
        { assignmentId, latePenaltyPct: 50, dueHoursAfterEnrollment: null },
        world.instructor,
      ),
    );
    const grade = { submissionId: id, score: 80 };
    expect(ok(await command("lms.submission.grade", grade, world.instructor))).toMatchObject({
      score: 80,
      finalScore: 72,
      explanation: { isLate: true, penaltyPct: 10, score: 80, finalScore: 72, lateBySec: 3_601 },
    });
  });

  test("is refused after the due date where no late work is taken, by the rule and its operand", async () => {
    const { world, submit } = await assigned({ absoluteDueDate: new Date(0).toISOString() });
    await expectRefused(
      world.orgId,
      {
        status: 409,
        code: "RULE_FAILED",
        rule: "assignmentNoLateSubmission",
        operand: { field: "now", op: "lte", value: 0 },
      },
      () => submit(),
    );
  });

  test("opens the next attempt only once the one before is returned, up to the last", async () => {
    const { world, submit, grade, giveBack } = await assigned({ maxAttempts: 2 });
    const first = ok(await submit());
    const early = { status: 409, code: "INVALID_TRANSITION" };
    await expectRefused(world.orgId, { ...early, state: "grading" }, () => submit());
    ok(await grade(first.id, { score: 30 }));
    await expectRefused(world.orgId, { ...early, state: "graded" }, () => submit());
    ok(await giveBack(first.id));
    const second = ok(await submit({ content: "Better" }));
    expect(second.attemptNumber).toBe(2);
    ok(await grade(second.id, { score: 40 }));
    ok(await giveBack(second.id));
    await expectRefused(
      world.orgId,
      {
        status: 409,
        code: "RULE_FAILED",
        rule: "assignmentMaxAttempts",
        operand: { field: "submission.attemptNumber", op: "lte", value: 2, actual: 3 },
      },
      () => submit(),
    );
    await assertLogAgrees(world.orgId);
  });

  test("ten times at once is one attempt, and the others are told that it awaits its grade", async () => {
    const { world, assignmentId, submit } = await assigned();
    const answers = await race(10, (at) => submit({ content: `Copy ${at}` }));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 9 });
    for (const { status, body } of answers) {
      if (status === 409) expect(body).toMatchObject({ code: "INVALID_TRANSITION" });
    }
    const kept = await rows("SELECT id FROM lms_submissions WHERE assignment_id = ?", assignmentId);
    expect(kept).toHaveLength(1);
    await assertLogAgrees(world.orgId);
  });

  test.each([
    ["a text response without a text", "text-response", {}, "content"],
    ["a file upload without a file", "file-upload", { content: "See file" }, "attachmentIds"],
    ["an empty project", "project", {}, "content"],
    ["a quiz, which is taken by an attempt", "quiz", { content: "42" }, "assignmentId"],
    ["a text of blanks", "text-response", { content: "  \n" }, "content"],
  ])("refuses %s", async (_, type, payload, path) => {
    const { submit } = await assigned({ type });
    expect((await submit(payload)).body).toMatchObject({ status: 400, errors: [{ path }] });
  });

  test("is the enrolled learner's, while its access lasts", async () => {
    const { world, courseId, enrollmentId, submit } = await assigned(
      {},
      {
        course: { enrollmentDays: 2 },
      },
    );
    const stranger = await world.newPerson("learner");
    for (const as of [stranger, world.instructor, world.admin]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: submission:create" },
        () => submit(undefined, as),
      );
    }
    advance(3 * DAY);
    await expectRefused(world.orgId, { status: 409, state: "active" }, () => submit());
    ok(await http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: world.learner }));
    await expectRefused(world.orgId, { status: 409, state: "cancelled" }, () => submit());
    expect(courseId).toBeDefined();
  });

  test("finds no assignment that is deleted, or whose module is not published", async () => {
    const { world, moduleId, assignmentId, submit } = await assigned();
    const publish = (isPublished: boolean) =>
      command("lms.module.update", { moduleId, isPublished }, world.instructor);
    ok(await publish(false));
    const missing = { status: 404, detail: "Assignment not found" };
    await expectRefused(world.orgId, missing, () => submit());
    const read = await query("lms.assignments.get", { id: assignmentId }, world.learner);
    expect(read.body).toMatchObject(missing);
    ok(await publish(true));
    ok(await command("lms.assignment.delete", { assignmentId }, world.instructor));
    await expectRefused(world.orgId, missing, () => submit());
  });

  test("knows no assignment of another organization", async () => {
    const { assignmentId } = await assigned();
    const { world } = await assigned();
    await expectForeignIsMissing(assignmentId, "Assignment", (id) =>
      command("lms.submission.create", { assignmentId: id, content: "Hello" }, world.learner),
    );
  });
});
