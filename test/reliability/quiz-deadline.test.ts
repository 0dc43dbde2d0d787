import { describe, expect, test, vi } from "vitest";
import { FIVE, type Taking, taking } from "../assessment/quiz.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { said } from "../harness/refusals.ts";
import { advance, drain, eventsOf, http, type Json, ok, rows } from "../harness/world.ts";
import { type Fault, faultyWorker, minutely } from "./worker.ts";

vi.setConfig({ testTimeout: 30_000 });

const MINUTE = 60_000;
const attemptRow = async (id: string): Promise<Json> => {
  const [row] = await rows("SELECT * FROM lms_quiz_attempts WHERE id = ?", id);
  return row ?? {};
};
const handedIn = async (enrollmentId: string) =>
  (await eventsOf(enrollmentId)).filter((one) => one.name === "quiz.submitted");

/** A quiz of 30 minutes, two of its answers saved, and nobody there any more. */
async function left(way: Taking) {
  const attempt = ok(await way.start());
  await way.answerRight(attempt, ["One", "Five"]);
  return attempt;
}
const half = () => taking({ timeLimitSec: 1_800, passingScore: 40 });

describe("a quiz of 30 minutes whose browser is gone", () => {
  test("and whose Worker was killed is handed in at its deadline with every acknowledged answer", async () => {
    const way = await half();
    const attempt = await left(way);
    advance(29 * MINUTE);
    await minutely();
    expect((await attemptRow(attempt.id)).status).toBe("open");
    advance(MINUTE);
    const late = await way.answer(attempt.id, attempt.questions[2].id, true);
    expect(said(late)).toMatchObject({ status: 409, code: "INVALID_TRANSITION" });
    advance(2 * MINUTE + 1);
    await minutely();
    await drain(way.world.orgId);
    expect(await attemptRow(attempt.id)).toMatchObject({
      status: "graded",
      score: 2,
      max_score: 5,
      passed: 1,
      submitted_at: Date.parse(attempt.deadlineAt),
    });
    expect(await handedIn(way.enrollmentId)).toMatchObject([
      { payload: { percent: 40, passed: true, submittedAt: attempt.deadlineAt } },
    ]);
    expect(await way.enrollment()).toMatchObject({ status: "completed" });
    await assertLogAgrees(way.world.orgId);
  });

  test("is submitted to whoever reads it after the deadline, who sets off its grading", async () => {
    const way = await half();
    const attempt = await left(way);
    advance(30 * MINUTE);
    const read = ok(await way.read(attempt.id));
    expect(read).toMatchObject({
      status: "submitted",
      submittedAt: attempt.deadlineAt,
      score: null,
      passed: null,
    });
    expect(read.questions[0]).not.toHaveProperty("answer");
    await expect
      .poll(async () => ok(await way.read(attempt.id)).status, { timeout: 8_000 })
      .toBe("graded");
    advance(3 * MINUTE);
    await minutely();
    await drain(way.world.orgId);
    expect(await handedIn(way.enrollmentId)).toHaveLength(1);
  });

  test("is handed in by the minute where its own task has died, and once alone", async () => {
    const way = await half();
    const attempt = await left(way);
    await rows("UPDATE lms_tasks SET state = 'dead' WHERE subject = ?", attempt.id);
    advance(44 * MINUTE);
    await minutely();
    await drain(way.world.orgId);
    expect((await attemptRow(attempt.id)).status).toBe("open");
    advance(2 * MINUTE);
    await Promise.all([minutely(), minutely()]);
    await drain(way.world.orgId);
    await minutely();
    await drain(way.world.orgId);
    expect(await attemptRow(attempt.id)).toMatchObject({
      status: "graded",
      score: 2,
      submitted_at: Date.parse(attempt.deadlineAt),
    });
    expect(await handedIn(way.enrollmentId)).toHaveLength(1);
  });

  test("goes on where the step dies before or after its commit, and is graded once", async () => {
    for (const moment of ["before", "after"] as const) {
      const way = await half();
      const attempt = await left(way);
      const fault: Fault = { on: /^update "lms_quiz_attempts" set /, moment, times: 1 };
      const worker = faultyWorker({ faults: [fault] });
      const [task] = await rows<{ id: string }>(
        "SELECT id FROM lms_tasks WHERE subject = ? AND kind = 'assessment.quiz-hand-in'",
        attempt.id,
      );
      const ref = { id: task?.id ?? "", orgId: way.world.orgId, queue: "jobs" as const };
      advance(30 * MINUTE);
      await worker.consume("lms-jobs", [ref]);
      expect(fault.times).toBe(0);
      advance(13 * MINUTE);
      await minutely();
      await drain(way.world.orgId);
      expect(await attemptRow(attempt.id)).toMatchObject({ status: "graded", score: 2 });
      expect(await handedIn(way.enrollmentId)).toHaveLength(1);
      await assertLogAgrees(way.world.orgId);
    }
  });

  test("is left alone by its task where the learner has handed it in", async () => {
    const way = await half();
    const attempt = await left(way);
    ok(await way.submit(attempt.id));
    const before = await attemptRow(attempt.id);
    advance(33 * MINUTE);
    await minutely();
    await drain(way.world.orgId);
    expect(await attemptRow(attempt.id)).toEqual(before);
    expect(await handedIn(way.enrollmentId)).toHaveLength(1);
  });

  test("handed in by task, by the next attempt and by a late click at once is so once", async () => {
    const way = await taking({ timeLimitSec: 1_800, questions: FIVE });
    const attempt = await left(way);
    advance(33 * MINUTE);
    const answers = await Promise.all([
      way.submit(attempt.id),
      way.start(),
      way.start(),
      minutely(),
      way.read(attempt.id),
    ]);
    expect([200, 409]).toContain(answers[0].status);
    await drain(way.world.orgId);
    expect(await attemptRow(attempt.id)).toMatchObject({ status: "graded", score: 2 });
    expect(await handedIn(way.enrollmentId)).toHaveLength(1);
    const path = `/lms/enrollments/${way.enrollmentId}/why`;
    expect((await http("GET", path, { as: way.world.learner })).status).toBe(200);
    await assertLogAgrees(way.world.orgId);
  });
});
