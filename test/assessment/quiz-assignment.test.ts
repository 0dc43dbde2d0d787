import { expect, test, vi } from "vitest";
import { expectForeignIsMissing, said } from "../harness/refusals.ts";
import { advance, command, drain, eventsOf, http, type Json, ok, rows } from "../harness/world.ts";
import { assign, assigned, ESSAY } from "./assignment.ts";
import { FIVE, RIGHT } from "./quiz.ts";

vi.setConfig({ testTimeout: 30_000 });

const HOUR = 3_600_000;
const QUIZ = { type: "quiz", maxScore: 10, passingScore: 6 };

/** A learner before an assignment that is a quiz of five questions. */
async function set(fields: Json = {}) {
  const way = await assigned({ ...QUIZ, ...fields });
  const { world, moduleId, assignmentId, courseId } = way;
  for (const one of FIVE) {
    ok(await command("lms.question.create", { assignmentId, ...one }, world.instructor));
  }
  const start = (id = assignmentId) =>
    http("POST", `/lms/learn/${courseId}/modules/${moduleId}/quiz-attempts`, {
      as: world.learner,
      body: { assignmentId: id },
    });
  const submit = (attemptId: string) =>
    http("POST", `/lms/quiz-attempts/${attemptId}/submit`, { as: world.learner });
  const taken = async (prompts: readonly string[]): Promise<Json> => {
    const attempt = ok(await start());
    for (const { id, prompt } of attempt.questions) {
      if (!prompts.includes(prompt)) continue;
      const path = `/lms/quiz-attempts/${attempt.id}/answers/${id}`;
      ok(await http("PUT", path, { as: world.learner, body: { answer: RIGHT[prompt] } }));
    }
    return ok(await submit(attempt.id));
  };
  return { ...way, start, taken };
}
const statusOf = async (enrollmentId: string, moduleId: string) => {
  const [row] = await rows(
    "SELECT status, best_score FROM lms_module_progress WHERE enrollment_id = ? AND module_id = ?",
    enrollmentId,
    moduleId,
  );
  return row;
};

test("an assignment that is a quiz is taken by attempts, and completes its module when passed", async () => {
  const way = await set({ maxAttempts: 2 });
  const first = await way.taken(["One", "Two"]);
  expect(first).toMatchObject({
    assignmentId: way.assignmentId,
    attemptsMax: 2,
    passingScore: 60,
    percent: 40,
    passed: false,
  });
  expect(first.questions[0]).not.toHaveProperty("answer");
  const path = `/lms/learn/${way.courseId}/modules/${way.moduleId}/complete`;
  const blocked = await http("POST", path, { as: way.world.learner, body: {} });
  expect(said(blocked)).toMatchObject({
    code: "PROGRESS_BLOCKED",
    requiredActions: [
      { action: "submit-assignment", assignmentId: way.assignmentId, bestScore: 4 },
    ],
  });
  expect(await way.taken(["One", "Two", "Three"])).toMatchObject({ percent: 60, passed: true });
  await drain(way.world.orgId);
  expect(await statusOf(way.enrollmentId, way.moduleId)).toEqual({
    status: "completed",
    best_score: 60,
  });
  const submitted = (await eventsOf(way.enrollmentId)).filter(
    (one) => one.name === "quiz.submitted",
  );
  expect(submitted.map((one) => one.payload.assignmentId)).toEqual([
    way.assignmentId,
    way.assignmentId,
  ]);
  expect(said(await way.start())).toMatchObject({ status: 409, code: "RULE_FAILED" });
  const statistics = ok(
    await http(
      "GET",
      `/lms/instructor/modules/${way.moduleId}/statistics?assignmentId=${way.assignmentId}`,
      { as: way.world.instructor },
    ),
  );
  expect(statistics).toMatchObject({ attempts: 2, sharePassed: 0.5 });
});

test("late it loses what the assignment says, and counts after that", async () => {
  const way = await set({
    dueHoursAfterEnrollment: 1,
    allowLateSubmission: true,
    latePenaltyPct: 50,
  });
  advance(2 * HOUR);
  const late = await way.taken(Object.keys(RIGHT));
  expect(late).toMatchObject({ score: 2.5, maxScore: 5, percent: 50, passed: false });
  expect(late.questions.map((one: Json) => one.awarded)).toEqual([1, 1, 1, 1, 1]);
});

test("where late work is refused it ends at the due date, and none begins after it", async () => {
  const way = await set({ dueHoursAfterEnrollment: 1 });
  const attempt = ok(await way.start());
  const enrollment = ok(
    await http("GET", `/lms/enrollments/${way.enrollmentId}`, { as: way.world.learner }),
  );
  expect(Date.parse(attempt.deadlineAt)).toBe(Date.parse(enrollment.activatedAt) + HOUR);
  advance(HOUR);
  expect(said(await way.start())).toMatchObject({ status: 409, code: "RULE_FAILED" });
});

test("an assignment of another type, module or organization is taken by no attempt", async () => {
  const way = await set();
  const essay = await assign(way.world, way.moduleId, ESSAY);
  expect(said(await way.start(essay.id))).toMatchObject({ status: 409, code: "RULE_FAILED" });
  const other = await set();
  await expectForeignIsMissing(other.assignmentId, "Assignment", way.start);
});
